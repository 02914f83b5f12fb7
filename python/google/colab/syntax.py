"""Marks strings as being of another language, for whoever reads the code. They stay what they are."""


def sql(text):
    return text


def html(text):
    return text


def javascript(text):
    return text


def css(text):
    return text
