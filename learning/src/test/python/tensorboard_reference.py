# Events as TensorBoard's own writer writes them: python3 tensorboard_reference.py FILE
import sys
from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

with open(sys.argv[1], "wb") as file:
    writer = RecordWriter(file)
    session = event_pb2.SessionLog(status=event_pb2.SessionLog.START)
    for event in (
        event_pb2.Event(wall_time=1700000000.25, file_version="brain.Event:2"),
        event_pb2.Event(wall_time=1700000000.5, step=300, session_log=session),
        event_pb2.Event(
            wall_time=1700000001.0,
            step=12345678,
            summary=summary_pb2.Summary(
                value=[summary_pb2.Summary.Value(tag="metrics/loss α", simple_value=0.125)]
            ),
        ),
        event_pb2.Event(
            wall_time=1700000002.0,
            summary=summary_pb2.Summary(
                value=[summary_pb2.Summary.Value(tag="evaluation/return", simple_value=-853.5)]
            ),
        ),
    ):
        writer.write(event.SerializeToString())
    writer.flush()
