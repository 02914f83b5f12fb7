"""Google's services with a person's own credentials: a server of one's own signs nobody in at Google."""
import json
import os

WORDS = ("Colibri does not sign in at Google for a notebook. Sign in with `gcloud auth application-default login`, or call "
         "auth.authenticate_service_account() with a service account's key file.")
TRIES = 3


def authenticate_user(clear_output=True, project_id=None):
    """Takes credentials that are there already (GOOGLE_APPLICATION_CREDENTIALS, gcloud); raises AuthorizationError without any."""
    if not _found():
        from google.colab import errors
        raise errors.AuthorizationError(WORDS)
    if project_id:
        os.environ["GOOGLE_CLOUD_PROJECT"] = os.environ["GOOGLE_CLOUD_QUOTA_PROJECT"] = project_id


def authenticate_service_account(clear_output=True):
    """Takes credentials that are there already, else asks for the key file of a service account, which Google's packages find then."""
    if _found():
        return
    from google.colab import errors, output
    for _ in range(TRIES):
        with output.temporary() if clear_output else output.use_tags(()):
            print("Choose the key file (JSON) of a service account.")
            key = _asked()
        if key is not None:
            os.environ["GOOGLE_APPLICATION_CREDENTIALS"] = _kept(key)
            os.environ.setdefault("GOOGLE_CLOUD_PROJECT", key.get("project_id", ""))
            return
    raise errors.AuthorizationError("No key file of a service account was given.")


def _found():
    path = os.environ.get("GOOGLE_APPLICATION_CREDENTIALS") or os.path.expanduser("~/.config/gcloud/application_default_credentials.json")
    return os.path.exists(path)


def _asked():
    """The key that the person gives; None when it is none."""
    import shutil
    import tempfile

    from google.colab import files
    folder = tempfile.mkdtemp()  # For nobody else to read.
    try:
        for data in files.upload(folder).values():
            key = json.loads(data)
            if isinstance(key, dict) and key.get("type") == "service_account":
                return key
    except ValueError:
        pass  # It is no JSON.
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return None


def _kept(key):
    import tempfile
    with tempfile.NamedTemporaryFile("w", suffix=".json", prefix="service-account-", delete=False) as file:
        json.dump(key, file)
    return file.name
