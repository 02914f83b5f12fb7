"""`colibri mail test` against a real mail server: TLS both ways, sign-in, certificates, refusals."""

import subprocess

import pytest

from colibri import BINARIES
from mail_server import MailServer, make_certificate, text_of_mail


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def mail_server():
    servers = []

    def make(**options):
        servers.append(MailServer(**options))
        return servers[-1]

    yield make
    for server in servers:
        server.stop()


def send(folder, settings, address="ada@example.org"):
    config = folder / "colibri.yaml"
    lines = "".join(f"  {key}: {value}\n" for key, value in {"from": "The Lab <lab@example.org>", **settings}.items())
    config.write_text("smtp:\n" + lines)
    return subprocess.run([BINARIES / "colibri", "mail", "test", address, "--config", config], capture_output=True,
                          text=True, timeout=90)


@pytest.fixture
def password_file(tmp_path):
    path = tmp_path / "password"
    path.write_text("opensesame\n")
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_mail_goes_encrypted_and_signed_in(tls, mail_server, certificate, password_file, tmp_path):
    authority, pem = certificate
    server = mail_server(tls=tls, certificate=pem, user=("lab", "opensesame"))
    sent = send(tmp_path, {"url": server.url, "user": "lab", "password_file": password_file, "ca_file": authority})
    assert sent.returncode == 0, sent.stderr
    (message,) = server.wait()
    assert message["To"] == "<ada@example.org>" or message["To"] == "ada@example.org"
    assert message["From"].addresses[0].display_name == "The Lab"
    assert "colibri mail test" in text_of_mail(message)
    assert server.senders == ["lab@example.org"]
    assert server.encrypted == [True]
    assert server.signed_in == [("lab", "opensesame")]


def test_a_wrong_password_is_told_without_it(mail_server, certificate, password_file, tmp_path):
    authority, pem = certificate
    server = mail_server(tls="implicit", certificate=pem, user=("lab", "another"))
    sent = send(tmp_path, {"url": server.url, "user": "lab", "password_file": password_file, "ca_file": authority})
    assert sent.returncode == 1
    assert "refused the sign-in" in sent.stderr and "opensesame" not in sent.stderr
    assert server.messages == []


def test_a_certificate_that_nobody_vouches_for_is_refused(mail_server, certificate, password_file, tmp_path):
    server = mail_server(tls="implicit", certificate=certificate[1], user=("lab", "opensesame"))
    sent = send(tmp_path, {"url": server.url, "user": "lab", "password_file": password_file})
    assert sent.returncode == 1 and "certificate" in sent.stderr
    assert server.signed_in == [] and server.messages == []


def test_a_certificate_for_another_name_is_refused(mail_server, tmp_path):
    authority, pem = make_certificate(tmp_path / "other", "elsewhere.example.org")
    server = mail_server(tls="starttls", certificate=pem)
    sent = send(tmp_path, {"url": server.url, "ca_file": authority})
    assert sent.returncode == 1
    assert server.messages == []


def test_nothing_is_said_in_the_clear_unless_told_so(mail_server, tmp_path):
    server = mail_server()  # Offers no STARTTLS.
    sent = send(tmp_path, {"url": server.url})
    assert sent.returncode == 1 and server.messages == []
    sent = send(tmp_path, {"url": server.url, "starttls": "false"})
    assert sent.returncode == 0, sent.stderr
    assert server.encrypted == [False]


def test_a_receiver_that_is_refused_is_told(mail_server, tmp_path):
    server = mail_server()
    server.refuse["ada@example.org"] = "550 no such mailbox"
    sent = send(tmp_path, {"url": server.url, "starttls": "false"})
    assert sent.returncode == 1 and "550" in sent.stderr


@pytest.mark.parametrize("settings, words", [
    ({"url": "http://mail.example.org"}, "smtp.url"),
    ({"url": "smtp://mail.example.org", "starttls": "false", "user": "lab", "password_file": "/etc/hostname"},
     "without TLS"),
    ({"url": "smtps://mail.example.org", "user": "lab"}, "go together"),
    ({"url": "smtps://mail.example.org", "from": "nobody"}, "smtp.from"),
    ({"url": "smtps://mail.example.org", "port": "25"}, 'unknown key "port"'),
])
def test_settings_that_cannot_work_are_named(settings, words, tmp_path):
    sent = send(tmp_path, settings)
    assert sent.returncode == 1 and words in sent.stderr
