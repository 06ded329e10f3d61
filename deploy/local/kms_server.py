"""moto's key server with two holes closed: keys outlive the process, and a key that is not enabled does nothing.

Usage: KMS_STATE=FILE [KMS_KEYS=NAME,NAME:ECC_NIST_P256] python kms_server.py --host 127.0.0.1 --port PORT
"""

import copyreg
import functools
import logging
import os
import pickle
import threading

from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives import serialization
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.exceptions import JsonRESTError
from moto.kms import models
from moto.kms.models import KmsBackend, kms_backends
from moto.server import main

STATE = os.environ["KMS_STATE"]
CHANGES = """create_key delete_key replicate_key update_key_description create_alias update_alias delete_alias
enable_key_rotation disable_key_rotation put_key_policy disable_key enable_key cancel_key_deletion schedule_key_deletion
create_grant revoke_grant retire_grant rotate_key_on_demand""".split()
lock = threading.RLock()
logging.getLogger("werkzeug").setLevel(logging.ERROR)  # otherwise a line per request


def load_private_key(der):
    return serialization.load_der_private_key(der, None)


def reduce_private_key(key):
    der = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return load_private_key, (der,)


def save():
    """Writes beside and renames: a kill at any moment leaves the old file or the new one."""
    keys = {
        (account, region): backend.keys
        for account, regions in kms_backends.items()
        for region, backend in regions.items()
        if backend.keys
    }
    with open(os.open(STATE + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        pickle.dump(keys, file)
    os.replace(STATE + ".new", STATE)


def load():
    if os.path.exists(STATE):
        with open(STATE, "rb") as file:
            for (account, region), keys in pickle.load(file).items():
                kms_backends[account][region].keys = keys


def make_keys(names):
    """A key behind alias/sluice-NAME for each that has none; with a spec after a colon a pair that signs."""
    backend = kms_backends[DEFAULT_ACCOUNT_ID]["us-east-1"]
    for name, _, spec in (name.partition(":") for name in names):
        alias = f"alias/sluice-{name}"
        if not backend.alias_exists(alias):
            usage = "SIGN_VERIFY" if spec else "ENCRYPT_DECRYPT"
            key = backend.create_key(None, usage, spec or "SYMMETRIC_DEFAULT", alias, None)
            backend.create_alias(key.id, alias)


def saved(change):
    @functools.wraps(change)
    def run(*args, **kwargs):
        with lock:
            result = change(*args, **kwargs)
            save()
            return result

    return run


def refuse_unless_enabled(key):
    if key.key_state == "Disabled":
        raise JsonRESTError("DisabledException", f"{key.arn} is disabled.")
    if key.key_state != "Enabled":
        raise JsonRESTError("KMSInvalidStateException", f"{key.arn} is pending deletion.")


def only_enabled(use):
    """For the uses that name their key."""

    @functools.wraps(use)
    def run(self, *args, **kwargs):
        key_id = kwargs.get("key_id") or args[0]
        key = self.keys.get(self.any_id_to_key_id(key_id))
        if key is not None:
            refuse_unless_enabled(key)
        return use(self, *args, **kwargs)

    return run


def decrypt_only_enabled(decrypt):
    """For decrypt, whose ciphertext names the key."""

    @functools.wraps(decrypt)
    def run(self, *args, **kwargs):
        plaintext, arn = decrypt(self, *args, **kwargs)
        refuse_unless_enabled(self.keys[self.get_key_id(arn)])
        return plaintext, arn

    return run


generate_private_key = models.generate_private_key
# moto makes an RSA key pair beside every symmetric key, at 0.1 to 0.5 s each.
models.generate_private_key = lambda spec: generate_private_key(spec) if spec.startswith(("RSA", "ECC")) else None

for private_key in (openssl.rsa.RSAPrivateKey, openssl.ec.ECPrivateKey):
    copyreg.pickle(private_key, reduce_private_key)
for name in CHANGES:
    setattr(KmsBackend, name, saved(getattr(KmsBackend, name)))
for name in ("encrypt", "generate_data_key", "sign", "verify", "generate_mac"):
    setattr(KmsBackend, name, only_enabled(getattr(KmsBackend, name)))
KmsBackend.decrypt = decrypt_only_enabled(KmsBackend.decrypt)

if __name__ == "__main__":
    load()
    make_keys(filter(None, os.environ.get("KMS_KEYS", "").split(",")))
    main()
