package io.distomon.operator;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entry point of {@code distomon-operator.jar}. Exit codes: {@value #EX_CONFIG} when the environment can't be used (as
 * sysexits.h has it), 1 when anything else keeps the operator from starting.
 */
public final class Main {
    static final int EX_CONFIG = 78;

    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    private Main() {}

    public static void main(String[] args) throws InterruptedException {
        // We speak one language, and what libraries write for machines must not depend on who started us either.
        Locale.setDefault(Locale.ROOT);
        // The JDK's server waits for ever for a request to be whole and for an answer to be read, and has as many
        // connections as there come, unless it is told. A stream of the page's takes six minutes at most.
        System.setProperty("sun.net.httpserver.maxReqTime", "30");
        System.setProperty("sun.net.httpserver.maxRspTime", "390");
        System.setProperty("jdk.httpserver.maxConnections", "256");
        RunningOperator operator;
        try {
            operator = RunningOperator.start(Settings.of(System.getenv()));
        } catch (Settings.InvalidException e) {
            LOG.error("The operator can't start with this environment: {}", e.getMessage());
            System.exit(EX_CONFIG);
            return;
        } catch (IOException | RuntimeException | Error e) {
            LOG.error("The operator can't start", e);
            System.exit(1);
            return;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(operator::close, "stop"));
        new CountDownLatch(1).await(); // All its threads are daemons; a signal ends it.
    }
}
