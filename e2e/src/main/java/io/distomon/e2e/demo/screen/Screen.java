package io.distomon.e2e.demo.screen;

import io.distomon.e2e.demo.network.Snapshot;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the demo is shown and where commands come from. Implementations are safe for use by many threads. */
public interface Screen extends AutoCloseable {
    /** Says something that stays to be read. */
    void say(List<Line> lines);

    /** Shows the network as it is now. */
    void show(Snapshot now);

    /**
     * Tells that a command is being carried out, or with an empty text that none is.
     *
     * @param what the command, as it was typed
     */
    void busy(String what);

    /**
     * The next line that a person types.
     *
     * @return null when there will be none any more
     */
    @Nullable
    String read() throws IOException;

    @Override
    void close() throws IOException;
}
