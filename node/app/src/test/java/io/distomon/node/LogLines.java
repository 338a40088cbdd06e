package io.distomon.node;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What a class warns of in the log, from now until it is closed. Safe for use by many threads. */
final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final Logger logger;
    private final List<String> warnings = new CopyOnWriteArrayList<>();

    LogLines(Class<?> of) {
        this.logger = (Logger) LoggerFactory.getLogger(of);
        start();
        logger.addAppender(this);
    }

    /** The warnings with this in them, in their order. */
    List<String> warnings(String part) {
        return warnings.stream().filter(text -> text.contains(part)).toList();
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (event.getLevel() == Level.WARN) {
            warnings.add(event.getFormattedMessage());
        }
    }

    @Override
    public void close() {
        logger.detachAppender(this);
    }
}
