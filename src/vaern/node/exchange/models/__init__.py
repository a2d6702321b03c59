"""The tables of the exchange: peers and their keys, what goes out, what comes in, their files, receipts both ways."""

from __future__ import annotations

from vaern.node.exchange.models.files import IncomingFile as IncomingFile
from vaern.node.exchange.models.files import OutgoingFile as OutgoingFile
from vaern.node.exchange.models.inbox import Incoming as Incoming
from vaern.node.exchange.models.inbox import OwnReceipt as OwnReceipt
from vaern.node.exchange.models.outbox import Outgoing as Outgoing
from vaern.node.exchange.models.outbox import Receipted as Receipted
from vaern.node.exchange.models.peers import Peer as Peer
