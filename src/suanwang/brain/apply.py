"""apply(state, event): the fold over the log, and the only thing that changes the state.

No clock, no chance, no I/O here: the same events give the same state, which is how a restart, a replay and an audit agree.
"""

from collections.abc import Callable
from types import MappingProxyType

from suanwang.brain.applied.jobs import (
    cancel_asked,
    graph_planned,
    job_accepted,
    job_deferred,
    job_ended,
    job_placed,
    job_refused,
    job_waits,
    placement_resumed,
    steps_cancelled,
)
from suanwang.brain.applied.nodes import files_told, network_told, node_joined, node_left, node_rested
from suanwang.brain.applied.room import preempted_told, reservation_ended, reservation_made
from suanwang.brain.applied.services import (
    instance_moved,
    instance_retired,
    intent_changed,
    intent_credited,
    service_published,
    service_withdrawn,
)
from suanwang.brain.applied.tasks import placement_lost, tasks_ended
from suanwang.brain.state import State
from suanwang.market.settle import for_grant
from suanwang.model import event as ev
from suanwang.model.grid import HOUR_S
from suanwang.world.fold import at_hour
from suanwang.world.hours import merged


def apply(state: State, event: ev.Event) -> None:
    """Fold one event in. A contradiction is a bug in whoever wrote the event, and is raised before anything is changed."""
    _APPLY[type(event)](state, event)
    state.seq += 1
    if state.begun_at is None:
        state.begun_at = event.at


def _user_added(state: State, e: ev.UserAdded) -> None:
    state.users[e.user] = e.roles


def _granted(state: State, e: ev.Granted) -> None:
    state.ledger.apply(for_grant(e.user, e.amount_micro))
    if e.key:
        state.grants[e.key] = (e.user, e.amount_micro)


def _token_revoked(state: State, e: ev.TokenRevoked) -> None:
    state.revoked.add(e.token_id)


def _grid_told(state: State, e: ev.GridTold) -> None:
    grids = {**state.world.grids, e.grid.key: merged(state.world.grids.get(e.grid.key), e.grid)}
    state.world = at_hour(state.world, int(e.at // HOUR_S), MappingProxyType(grids))


_APPLY: dict[type, Callable[[State, ev.Event], None]] = {
    ev.UserAdded: _user_added,
    ev.Granted: _granted,
    ev.TokenRevoked: _token_revoked,
    ev.NodeJoined: node_joined,
    ev.NodeLeft: node_left,
    ev.NodeRested: node_rested,
    ev.JobAccepted: job_accepted,
    ev.JobPlaced: job_placed,
    ev.GraphPlanned: graph_planned,
    ev.JobWaits: job_waits,
    ev.JobDeferred: job_deferred,
    ev.JobRefused: job_refused,
    ev.TasksEnded: tasks_ended,
    ev.PlacementLost: placement_lost,
    ev.PlacementResumed: placement_resumed,
    ev.PreemptedTold: preempted_told,
    ev.ReservationMade: reservation_made,
    ev.ReservationEnded: reservation_ended,
    ev.FilesTold: files_told,
    ev.NetworkTold: network_told,
    ev.GridTold: _grid_told,
    ev.ServicePublished: service_published,
    ev.ServiceWithdrawn: service_withdrawn,
    ev.InstanceRetired: instance_retired,
    ev.InstanceMoved: instance_moved,
    ev.IntentReceived: intent_changed,
    ev.IntentRejected: intent_changed,
    ev.IntentAccepted: intent_changed,
    ev.IntentJudged: intent_changed,
    ev.IntentEnded: intent_changed,
    ev.IntentCredited: intent_credited,
    ev.CancelAsked: cancel_asked,
    ev.StepsCancelled: steps_cancelled,
    ev.JobEnded: job_ended,
}  # type: ignore[assignment]
