package io.distomon.core.monitor;

import java.util.Set;

/**
 * What a monitor is at, in the words of the seed's architecture. From each state only these may follow:
 *
 * <pre>
 * Initialized        → Running                           start
 * Running            → Monitoring                        the first poll is due
 * Monitoring         → SendingRequest
 * SendingRequest     → ProcessingResponse                the poll ended, well or not
 * ProcessingResponse → UpdatingStore | HandleError       an answer that verifies | anything else
 * HandleError        → UpdatingStore                     counted, perhaps offline now
 * UpdatingStore      → Waiting                           the observation was taken
 * Waiting            → Monitoring                        the next poll is due
 * every one          → Stopped                           stop
 * Stopped            → nothing
 * </pre>
 */
public enum MonitorState {
    INITIALIZED,
    RUNNING,
    MONITORING,
    SENDING_REQUEST,
    PROCESSING_RESPONSE,
    HANDLE_ERROR,
    UPDATING_STORE,
    WAITING,
    STOPPED;

    /** The states that may follow. */
    public Set<MonitorState> next() {
        return switch (this) {
            case INITIALIZED -> Set.of(RUNNING, STOPPED);
            case RUNNING, WAITING -> Set.of(MONITORING, STOPPED);
            case MONITORING -> Set.of(SENDING_REQUEST, STOPPED);
            case SENDING_REQUEST -> Set.of(PROCESSING_RESPONSE, STOPPED);
            case PROCESSING_RESPONSE -> Set.of(UPDATING_STORE, HANDLE_ERROR, STOPPED);
            case HANDLE_ERROR -> Set.of(UPDATING_STORE, STOPPED);
            case UPDATING_STORE -> Set.of(WAITING, STOPPED);
            case STOPPED -> Set.of();
        };
    }
}
