from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from app.webhooks.signing import headers_of, new_salt, secret_of

KEY = b"k" * 32


def test_a_receiver_verifies_by_any_secret_in_force_and_by_no_other() -> None:
    first, second, other = (secret_of(KEY, new_salt(KEY)) for _ in range(3))
    assert first and second and other
    body = '{"a":1}'
    headers = headers_of(message_id="msg_1", at=datetime.now(UTC), body=body, secrets_in_force=(first, second))
    for secret in (first, second):
        assert Webhook(secret).verify(body, headers) == {"a": 1}
    for faulty_body, faulty_secret in ((body, other), ('{"a":2}', first)):
        with pytest.raises(WebhookVerificationError):
            Webhook(faulty_secret).verify(faulty_body, headers)
    old = headers_of(
        message_id="msg_1", at=datetime.now(UTC) - timedelta(minutes=6), body=body, secrets_in_force=(first,)
    )
    with pytest.raises(WebhookVerificationError, match="too old"):
        Webhook(first).verify(body, old)


def test_a_secret_is_made_of_the_key_and_the_salt_and_known_to_be_the_same() -> None:
    salt = new_salt(KEY)
    secret = secret_of(KEY, salt)
    assert secret is not None and secret.startswith("whsec_") and len(secret) == 50
    assert secret_of(KEY, salt) == secret
    assert secret_of(b"another key of thirty-two bytes.", salt) is None
    assert salt.salt not in secret and salt.check not in secret
    assert new_salt(KEY) != salt
