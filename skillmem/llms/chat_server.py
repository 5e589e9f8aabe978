"""Chat completions of any OpenAI-compatible server, bounded in tries and in seconds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from threading import Timer
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from skillmem.chats import Message, Usage
from skillmem.errors import InvalidOption, ModelError, UnusableReply
from skillmem.extras import missing_extra
from skillmem.llms.completions import parse_completion
from skillmem.llms.failures import Failed, broken, nonsense, refused, too_slow, unreachable

if TYPE_CHECKING:
    from openai import OpenAI

NO_KEY = "none"
CONNECT_SECONDS = 10.0
MOST_BYTES = 16 * 2**20
REFUSED_REQUEST = frozenset({400, 422})


class Patience(NamedTuple):
    """How long a server is waited for.

    A request is given up after `timeout` seconds; after up to twice that where the server had begun
    to answer and fell silent. One that fails in a way that may pass is tried
    again, `tries` times in all, after waits of `first_wait` seconds that double up to
    `longest_wait`; and all of it takes no longer than `rounds` times `timeout`.
    """

    timeout: float = 120.0
    tries: int = 5
    first_wait: float = 0.5
    longest_wait: float = 8.0
    rounds: float = 2.0

    def wait(self, failures: int) -> float:
        """Tell how long to wait after so many failures."""
        return min(self.first_wait * 2.0 ** (failures - 1), self.longest_wait)


class ChatServer:
    """A chat model behind a URL. `openai` is loaded when the model is first asked.

    `base_url` is where the server's API begins; it often ends in `/v1`. Without `model` the
    server chooses; a local one needs no `api_key`. `usage` counts what was taken so far, failures
    included.

    Raises:
        InvalidOption: the URL, or a bound of `patience`, can't be used.
        MissingExtra: the package `openai` isn't installed.
    """

    def __init__(
        self,
        base_url: str,
        *,
        model: str = "",
        api_key: str = "",
        patience: Patience = Patience(),  # noqa: B008 - it can't be changed
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        _require(base_url, patience)
        self.model = model
        self.usage = Usage()
        self._base_url = base_url
        self._key = api_key
        self._patience = patience
        self._sleep = sleep
        self._clock = clock
        self._client: OpenAI | None = None
        self._takes_schemas: bool | None = None

    @property
    def name(self) -> str:
        """Name model and server, without user, password or key."""
        url = urlsplit(self._base_url)
        place = f"{url.scheme}://{url.netloc.rpartition('@')[2]}{url.path}"
        return f"model {self.model!r} at {place}" if self.model else f"the model at {place}"

    @property
    def most_calls(self) -> int:
        """Count the requests that one `complete` may send: tries, and one to ask for a schema."""
        return self._patience.tries + (self._takes_schemas is None)

    def complete(
        self,
        messages: Sequence[Message],
        *,
        temperature: float,
        max_tokens: int,
        seed: int,
        schema: Mapping[str, Any] | None = None,
    ) -> str:
        """Give the model's answer. What may pass is tried again, as patience allows.

        The answer is asked for as JSON of that `schema`, as long as the server doesn't refuse
        such a request: then it is sent once more without, and so are all that follow.

        Raises:
            ModelUnavailable: the server can't be reached, is too slow, broke off or refuses.
            UnusableReply: what it answers is no chat completion.
        """
        request = {
            "model": self.model,
            "messages": [message._asdict() for message in messages],
            "temperature": temperature,
            "max_tokens": max_tokens,
            "seed": seed,
        }
        started = self._clock()
        end = started + self._patience.rounds * self._patience.timeout
        try:
            if schema is None or self._takes_schemas is False:
                return self._try(request, end=end)
            return self._try_structured(request, schema, end=end)
        finally:
            self.usage = self.usage.plus(Usage(seconds=self._clock() - started))

    def _try_structured(
        self, request: dict[str, Any], schema: Mapping[str, Any], *, end: float
    ) -> str:
        named = {"name": "answer", "schema": dict(schema), "strict": True}
        response_format = {"type": "json_schema", "json_schema": named}
        try:
            answer = self._try({**request, "response_format": response_format}, end=end)
        except UnusableReply as refusal:
            cause = refusal.__cause__
            if not (isinstance(cause, Failed) and cause.status in REFUSED_REQUEST):
                raise
            answer = self._try(request, end=end)
            self._takes_schemas = False
        else:
            self._takes_schemas = True
        return answer

    def _try(self, request: dict[str, Any], *, end: float) -> str:
        failures = 0
        while True:
            try:
                return self._ask(request, seconds=min(self._patience.timeout, end - self._clock()))
            except Failed as failure:
                failures += 1
                wait = max(failure.wait, self._patience.wait(failures))
                tired = failures >= self._patience.tries or self._clock() + wait >= end
                if tired or not failure.passing:
                    raise self._error(failure, tries=failures) from failure
            self._sleep(wait)

    def _ask(self, request: dict[str, Any], *, seconds: float) -> str:
        """Send one request, and read its answer to the end."""
        self.usage = self.usage.plus(Usage(calls=1))
        body = self._fetch(request, seconds=seconds)
        try:
            text, usage = parse_completion(body)
        except ValueError as error:
            raise nonsense(error) from error
        self.usage = self.usage.plus(usage)
        return text

    def _fetch(self, request: dict[str, Any], *, seconds: float) -> bytes:
        import openai

        until = self._clock() + seconds
        timeout = openai.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS))
        try:
            with self._connected(seconds) as client:
                create: Any = client.chat.completions.with_streaming_response.create
                with create(**request, timeout=timeout) as response:
                    return self._read(response.iter_bytes(), until=until, seconds=seconds)
        except Failed:
            raise
        except openai.APITimeoutError as error:
            raise too_slow(seconds) from error
        except openai.APIConnectionError as error:
            raise (too_slow(seconds) if self._clock() > until else unreachable(error)) from error
        except openai.APIStatusError as error:
            raise refused(error.status_code, error.message, error.response.headers) from error
        except Exception as error:  # the HTTP client's, and which that is depends on openai's age
            if "Timeout" in type(error).__name__ or self._clock() > until:
                raise too_slow(seconds) from error
            raise broken(error) from error

    def _read(self, pieces: Iterable[bytes], *, until: float, seconds: float) -> bytes:
        """Join an answer that may come in drops, as long as there is time."""
        body = b""
        for piece in pieces:
            body += piece
            if self._clock() > until or len(body) > MOST_BYTES:
                raise too_slow(seconds)
        return body

    @contextmanager
    def _connected(self, seconds: float) -> Iterator[OpenAI]:
        """Give a client that is closed after so many seconds, whatever it is waiting for.

        The client's own timeout begins anew with every byte.
        """
        client = self._client = self._client or self._new_client()
        alarm = Timer(seconds, self._hang_up, [client])
        alarm.daemon = True
        alarm.start()
        try:
            yield client
        finally:
            alarm.cancel()

    def _new_client(self) -> OpenAI:
        from openai import OpenAI

        return OpenAI(base_url=self._base_url, api_key=self._key or NO_KEY, max_retries=0)

    def _hang_up(self, client: OpenAI) -> None:
        self._client = None
        client.close()

    def _error(self, failure: Failed, *, tries: int) -> ModelError:
        times = f", {tries} times" if tries > 1 else ""
        text = f"{self.name} {failure.what}{times}; {failure.advice}"
        return failure.kind(text.replace(self._key, "…") if self._key else text)


def _require(base_url: str, patience: Patience) -> None:
    if find_spec("openai") is None:
        raise missing_extra("a chat server needs openai", "openai")
    if not base_url.startswith(("http://", "https://")) or not urlsplit(base_url).hostname:
        raise InvalidOption(
            f"base_url {base_url!r} is no address of a server; "
            "write one such as http://127.0.0.1:8080/v1"
        )
    if patience.timeout <= 0 or patience.tries < 1:
        raise InvalidOption(
            f"timeout {patience.timeout} and tries {patience.tries} leave no time for an answer; "
            "the one must be above 0 s, the other at least 1"
        )
