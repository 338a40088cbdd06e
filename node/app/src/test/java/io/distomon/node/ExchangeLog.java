package io.distomon.node;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** Hears of every exchange of this process that fails, and of every entry in one that is not taken. */
final class ExchangeLog implements AutoCloseable {
    private static final String CLIENT = "io.distomon.node.polls.HttpPeerClient";

    /** What a machine under load does to an answer that may take a second. */
    private static final String SLOW = "failed: timeout";

    private final Logger logger = (Logger) LoggerFactory.getLogger(CLIENT);
    private final List<String> faults = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            if (!event.getFormattedMessage().contains(SLOW)) {
                faults.add(event.getFormattedMessage());
            }
        }
    };

    ExchangeLog() {
        appender.start();
        logger.setLevel(Level.DEBUG);
        logger.addAppender(appender);
    }

    /** Exchanges that failed, but for those that took too long; answers and entries that were not taken. */
    List<String> faults() {
        return List.copyOf(faults);
    }

    @Override
    public void close() {
        logger.setLevel(null);
        logger.detachAppender(appender);
    }
}
