"""Language models: one third party each."""

from skillmem.llms.chat_server import ChatServer, Message, Patience
from skillmem.llms.completions import Usage, shown
from skillmem.llms.critic import ModelCritic

__all__ = ["ChatServer", "Message", "ModelCritic", "Patience", "Usage", "shown"]
