package io.distomon.node.tls;

import io.distomon.core.Clock;
import io.distomon.core.config.ConfigException;
import io.distomon.core.config.Fingerprint;
import io.distomon.node.config.ConfigProperties;
import io.distomon.node.config.Settling;
import io.distomon.node.supervised.SupervisedThread;
import io.micronaut.context.annotation.Context;
import io.micronaut.http.ssl.CertificateProvider;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Named;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Sinks;

/**
 * Holds the certificate that the API is served with, if any. A renewed one is in use for the next connection; one that can't
 * be used changes nothing, and is told in the log, in {@code /info}, in readiness and by a metric. Only a start fails for
 * want of a certificate with its key; one that is not valid now is better than none then, since whoever comes is told why.
 *
 * <p>The framework has a provider of its own that follows files. It knows nothing of links that are turned, as Kubernetes
 * turns them, and would serve with a certificate beside the key of another.
 *
 * <p>What is in use is one reference, replaced by the watching thread alone and read by anyone.
 */
@Context
@Named(CertificateWatch.NAME)
public final class CertificateWatch implements CertificateProvider {
    /** As {@code micronaut.server.ssl.key-name} has it. */
    static final String NAME = "served";

    private static final Logger LOG = LoggerFactory.getLogger(CertificateWatch.class);

    /** After which time something that could not be used is tried again, though it looks the same. */
    private static final Duration RETRY = Duration.ofSeconds(60);

    private final Clock clock;
    private final Duration pollInterval;
    private final Settling settling;
    private final @Nullable CertificateDirectory directory;
    private final Sinks.Many<KeyStore> served = Sinks.many().replay().latest();
    private volatile @Nullable Use use;
    private CertificateStatus.@Nullable Age told;
    private long readAt;
    private volatile @Nullable SupervisedThread watching;

    private record Use(
            ServedCertificate certificate, @Nullable String error) {
        CertificateStatus status() {
            return new CertificateStatus(
                    certificate.subject(), certificate.validFrom(), certificate.expiresAt(), error);
        }
    }

    /**
     * Reads the certificate, if there is to be one.
     *
     * @throws ConfigException when there is none in the files
     * @throws InterruptedException when told not to wait until they are whole
     */
    CertificateWatch(TlsProperties properties, ConfigProperties config, Clock clock)
            throws ConfigException, InterruptedException {
        this.clock = clock;
        this.pollInterval = config.pollInterval();
        this.settling = new Settling(config.settle());
        this.directory = properties.path().map(CertificateDirectory::new).orElse(null);
        if (directory != null) {
            settling.read(settling.first(directory::fingerprint));
            take(directory.read());
        }
    }

    @PostConstruct
    void watch() {
        CertificateDirectory watched = directory;
        if (watched != null) {
            watching = SupervisedThread.start("certificate", () -> {
                while (true) {
                    Thread.sleep(pollInterval);
                    look(watched);
                }
            });
        }
    }

    @PreDestroy
    void stop() {
        SupervisedThread thread = watching;
        if (thread != null) {
            thread.stop();
        }
    }

    /** How it stands; null when the API is served by http. */
    public @Nullable CertificateStatus status() {
        Use now = use;
        return now == null ? null : now.status();
    }

    /** What somebody has to do something about. */
    public List<String> warnings() {
        CertificateStatus status = status();
        return status == null ? List.of() : status.warnings(now());
    }

    @Override
    public String getName() {
        return NAME;
    }

    @Override
    public Publisher<KeyStore> getKeyStore() {
        return served.asFlux();
    }

    private void look(CertificateDirectory watched) {
        Fingerprint found = watched.fingerprint();
        Use before = use;
        boolean again = before != null && before.error() != null && System.nanoTime() - readAt > RETRY.toNanos();
        if (again || settling.isDue(found, System.nanoTime())) {
            read(watched, found);
        }
        tellAge();
    }

    private void read(CertificateDirectory watched, Fingerprint settled) {
        ServedCertificate found = null;
        String error = null;
        try {
            ServedCertificate candidate = watched.read();
            String fault = candidate.fault(now());
            if (fault != null) {
                throw watched.unfit(fault);
            }
            found = candidate;
        } catch (ConfigException e) {
            error = String.valueOf(e.getMessage());
        }
        if (!watched.fingerprint().equals(settled)) {
            // Changed while it was read: to be judged when it came to rest.
            return;
        }
        settling.read(settled);
        readAt = System.nanoTime();
        if (found != null) {
            take(found);
        } else if (error != null) {
            keep(error);
        }
    }

    private void take(ServedCertificate found) {
        Use before = use;
        if (before != null && before.certificate().equals(found)) {
            if (before.error() != null) {
                LOG.info("The certificate's files are whole again, and as they were");
            }
        } else {
            served.tryEmitNext(found.keyStore()).orThrow();
            told = null;
            LOG.info(
                    "The API is served by https, with the certificate for {} until {}",
                    found.subject(),
                    found.expiresAt());
        }
        use = new Use(found, null);
        tellAge();
    }

    private void keep(String error) {
        Use before = use;
        if (before != null && !error.equals(before.error())) {
            LOG.error("The certificate is not usable, the last good one stays: {}", error);
            use = new Use(before.certificate(), error);
        }
    }

    private void tellAge() {
        CertificateStatus status = status();
        if (status != null) {
            CertificateStatus.Age age = status.age(now());
            String words = status.words(age);
            if (age != told && words != null) {
                LOG.warn("TLS: {}", words);
            }
            told = age;
        }
    }

    private Instant now() {
        return Instant.EPOCH.plus(clock.wallMicros(), ChronoUnit.MICROS);
    }
}
