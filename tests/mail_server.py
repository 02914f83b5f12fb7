"""A real SMTP server on the loopback that keeps what it takes; with TLS and sign-in as wanted."""

import email
import email.policy
import ssl
import subprocess
import threading
import warnings

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


def make_certificate(folder, name="127.0.0.1"):
    """A certificate authority and a certificate for `name`: (ca.pem, key and certificate in one file)."""
    folder.mkdir(exist_ok=True)

    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=Test authority", "-keyout", "ca.key", "-out", "ca.pem")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=server",
            "-keyout", "server.key", "-out", "server.csr")
    kind = "IP" if name[0].isdigit() else "DNS"
    (folder / "names").write_text(f"subjectAltName={kind}:{name}\n")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-extfile", "names", "-out", "server.crt")
    both = folder / "server.pem"
    both.write_text((folder / "server.key").read_text() + (folder / "server.crt").read_text())
    return folder / "ca.pem", both


class MailServer:
    """`tls`: None, "starttls" (nothing is taken before it) or "implicit"; `user`: (name, password) who must sign in."""

    def __init__(self, *, tls=None, certificate=None, user=None):
        self.messages, self.senders, self.arrived = [], [], threading.Condition()
        self.signed_in, self.encrypted = [], []
        self.refuse = {}  # Receiver -> reply
        self.user, self.tls = user, tls
        context = None
        if certificate:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(certificate)
        options = {"hostname": "127.0.0.1", "port": 0, "auth_required": user is not None,
                   "auth_require_tls": tls is not None}
        if user:
            options["authenticator"] = self.authenticate
        if tls == "implicit":
            # It is encrypted from the first byte on, which aiosmtpd itself does not look at, and warns of.
            warnings.filterwarnings("ignore", "Requiring AUTH while not requiring TLS")
            options |= {"ssl_context": context, "auth_require_tls": False}
        elif tls == "starttls":
            options |= {"tls_context": context, "require_starttls": True}
        self.controller = Started(self, **options)
        self.controller.start()
        self.port = self.controller.port

    @property
    def url(self):
        return f"{'smtps' if self.tls == 'implicit' else 'smtp'}://127.0.0.1:{self.port}"

    def authenticate(self, server, session, envelope, mechanism, data):
        given = (data.login.decode(), data.password.decode())
        self.signed_in.append(given)
        return AuthResult(success=given == self.user, handled=False)

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        with self.arrived:
            self.messages.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
            self.senders.append(envelope.mail_from)
            self.encrypted.append(session.ssl is not None or self.tls == "implicit")
            self.arrived.notify_all()
        return "250 OK"

    def wait(self, count=1, timeout=30):
        """The first `count` messages, once they are there."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.messages) >= count, timeout), "no mail came"
            return self.messages[:count]

    def stop(self):
        self.controller.stop()


class Started(Controller):
    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]  # It was asked for port 0.
        super()._trigger_server()


def text_of_mail(message):
    return message.get_content().replace("\r\n", "\n")
