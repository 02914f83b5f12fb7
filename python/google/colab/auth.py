"""Signing in at Google, which a server of one's own has no part in."""

WORDS = ("Colibri does not sign in at Google for a notebook. Sign in with `gcloud auth login` or a service account's key file, "
         "named in GOOGLE_APPLICATION_CREDENTIALS.")


def authenticate_user(clear_output=True, project_id=None):
    """Takes credentials that are there already (GOOGLE_APPLICATION_CREDENTIALS, gcloud); raises without any."""
    import os
    found = os.environ.get("GOOGLE_APPLICATION_CREDENTIALS") or os.path.expanduser(
        "~/.config/gcloud/application_default_credentials.json")
    if not os.path.exists(found):
        from google.colab import errors
        raise errors.AuthorizationError(WORDS)
    if project_id:
        os.environ["GOOGLE_CLOUD_PROJECT"] = os.environ["GOOGLE_CLOUD_QUOTA_PROJECT"] = project_id


def authenticate_service_account(clear_output=True):
    """As authenticate_user(): with the key file in GOOGLE_APPLICATION_CREDENTIALS."""
    authenticate_user(clear_output)
