package io.distomon.node.command;

import io.distomon.core.Identifier;
import io.distomon.core.config.ConfigException;
import io.distomon.core.config.Finding;
import io.distomon.core.config.NetworkSource;
import io.distomon.core.config.PeerUrl;
import io.distomon.core.config.PrivateKeys;
import io.distomon.core.crypto.Signer;
import io.distomon.core.text.ForeignText;
import io.distomon.node.Version;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/**
 * The commands: {@code check}, {@code diagnose}, {@code keygen}, {@code join}, {@code verify-evidence} and {@code alerts
 * test}.
 */
@Command(
        name = "java -jar distomon-node.jar",
        description = "Runs a node; with a command, does something else and ends.",
        mixinStandardHelpOptions = true,
        versionProvider = Commands.VersionProvider.class,
        subcommands = Commands.Alerts.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done; of check: a node would start, and nothing is wrong; of diagnose: all is well; of verify-evidence: it"
                    + " holds",
            "1:of diagnose: with somebody it is not; of verify-evidence: it does not hold; of alerts test: somebody was not"
                    + " told; else: something else failed",
            "2:a command, an option or an argument that there is not",
            "78:files that can't be used"
        })
public final class Commands {
    /** The exit code for files that can't be used, as sysexits.h has it. */
    public static final int EX_CONFIG = 78;

    private static final int MAX_SHOWN_CHARS = 500;
    private static final String DIRECTORY = "${env:CONFIG_DIR:-config}";
    private static final String DIRECTORY_TEXT = "the config directory (default: $CONFIG_DIR, or config)";

    private final PrintWriter out;
    private final PrintWriter err;

    private Commands(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    /** Which version this is, for {@code --version}. */
    static final class VersionProvider implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"distomon " + Version.current()};
        }
    }

    /**
     * Does what the arguments say.
     *
     * @param out for what was asked for
     * @param err for why it failed
     * @return the exit code
     */
    public static int execute(PrintWriter out, PrintWriter err, String... args) {
        int code =
                new CommandLine(new Commands(out, err)).setOut(out).setErr(err).execute(args);
        out.flush();
        err.flush();
        return code;
    }

    @Command(
            description = "Reads everything that a node would start with, tells what it would do, and starts nothing.",
            mixinStandardHelpOptions = true)
    int check(
            @Parameters(
                            arity = "0..1",
                            paramLabel = "CONFIG_DIR",
                            defaultValue = DIRECTORY,
                            description = DIRECTORY_TEXT)
                    Path directory,
            @Option(
                            names = "--file-name",
                            paramLabel = "FILE",
                            defaultValue = "${env:CONFIG_FILE_NAME:-nodeconf.yml}",
                            description = "the node's own file in it (default: $CONFIG_FILE_NAME, or nodeconf.yml)")
                    String fileName)
            throws IOException, InterruptedException {
        return new Check(directory.toAbsolutePath().normalize(), fileName, out).run() ? 0 : EX_CONFIG;
    }

    @Command(
            description =
                    "Looks once at every peer of a node, by an exchange that its key signs, or at a url, and tells in"
                            + " a line of each how far it got (DNS, TCP, TLS, HTTP), what is wrong there, and how its clock is.",
            mixinStandardHelpOptions = true)
    int diagnose(
            @Parameters(
                            arity = "0..1",
                            paramLabel = "CONFIG_DIR|URL",
                            defaultValue = DIRECTORY,
                            description = DIRECTORY_TEXT + "; or where a node answers, such as https://fra.example.com")
                    String where,
            @Option(
                            names = "--file-name",
                            paramLabel = "FILE",
                            defaultValue = "${env:CONFIG_FILE_NAME:-nodeconf.yml}",
                            description = "the node's own file in it (default: $CONFIG_FILE_NAME, or nodeconf.yml)")
                    String fileName)
            throws IOException, InterruptedException {
        if (where.contains("://")) {
            return switch (PeerUrl.read(where)) {
                case PeerUrl.Usable(URI url) -> new Diagnose(out).url(url) ? 0 : 1;
                case PeerUrl.OtherScheme(@Nullable String scheme) -> unusable("a URL of " + scheme, PeerUrl.RULE);
                case PeerUrl.Unusable(String found) -> unusable(found, PeerUrl.RULE);
            };
        }
        Check check =
                new Check(Path.of(where).toAbsolutePath().normalize(), fileName, new PrintWriter(Writer.nullWriter()));
        if (!check.run()) {
            check.mistakes().forEach(err::println);
            return EX_CONFIG;
        }
        return new Diagnose(out).networks(check.networks()) ? 0 : 1;
    }

    @Command(
            description =
                    "Makes the key pair of a node in a network and prints the public key, to be given to the others.",
            mixinStandardHelpOptions = true)
    int keygen(
            @Parameters(index = "0", paramLabel = "NODE", description = "the node's id in the network") String nodeId,
            @Parameters(index = "1", paramLabel = "NETWORK", description = "the network's name in nodeconf.yml")
                    String network,
            @Option(
                            names = "--config-dir",
                            paramLabel = "CONFIG_DIR",
                            defaultValue = DIRECTORY,
                            description = DIRECTORY_TEXT)
                    Path directory) {
        for (String id : new String[] {nodeId, network}) {
            if (!Identifier.isValid(id)) {
                return noName(id);
            }
        }
        NetworkSource source = new NetworkSource(network, nodeId, null);
        PrivateKeys keys = new PrivateKeys(directory.toAbsolutePath().normalize(), new SecureRandom());
        try {
            Signer made = keys.make(source);
            err.printf("The private key is in %s%n", keys.file(source));
            err.printf(
                    "Its public half, %s, is for pubkeys/%s.pub:%n",
                    made.verifier().fingerprint(), nodeId);
            out.print(made.verifier().pem());
            return 0;
        } catch (ConfigException e) {
            e.findings().stream().map(Finding::text).forEach(err::println);
            return EX_CONFIG;
        }
    }

    @Command(
            description =
                    "Puts the files of a network on Kubernetes, as `kubectl get configmap NETWORK-network -o json`"
                            + " prints them, into the config directory of a node that runs elsewhere; again when they changed.",
            mixinStandardHelpOptions = true)
    int join(
            @Parameters(index = "0", paramLabel = "NODE", description = "the node's id in the network") String nodeId,
            @Parameters(
                            index = "1",
                            arity = "0..1",
                            paramLabel = "FILE",
                            description = "the ConfigMap as JSON (default: standard input)")
                    @Nullable
                    Path file,
            @Option(
                            names = "--config-dir",
                            paramLabel = "CONFIG_DIR",
                            defaultValue = DIRECTORY,
                            description = DIRECTORY_TEXT)
                    Path directory)
            throws IOException {
        if (!Identifier.isValid(nodeId)) {
            return noName(nodeId);
        }
        try (InputStream input = file == null ? System.in : Files.newInputStream(file)) {
            new Join(directory.toAbsolutePath().normalize(), nodeId, out).run(input);
            return 0;
        } catch (ConfigException e) {
            e.findings().stream().map(Finding::text).forEach(err::println);
        } catch (Join.UnusableInputException e) {
            err.println(e.getMessage());
        } catch (NoSuchFileException e) {
            err.printf("found no file %s, expected the ConfigMap as JSON%n", file);
        }
        return EX_CONFIG;
    }

    @Command(
            name = "verify-evidence",
            description =
                    "Checks an answer of /view/NETWORK?evidence=true offline: verifies the signatures, makes the verdicts"
                            + " anew from the entries, and tells what is proven and what is not. Of /events/NETWORK it checks"
                            + " the chain, and with ?evidence=true what the witnesses signed.",
            mixinStandardHelpOptions = true)
    int verifyEvidence(
            @Parameters(index = "0", paramLabel = "FILE", description = "the answer, as it came") Path file,
            @Option(
                            names = "--pubkeys",
                            required = true,
                            paramLabel = "DIR",
                            description = "the public keys that you trust, one file <node_id>.pub for each member")
                    Path keyDirectory) {
        try {
            return new VerifyEvidence(file, keyDirectory, out).run() ? 0 : 1;
        } catch (VerifyEvidence.UnusableInputException e) {
            err.println(e.getMessage());
            return EX_CONFIG;
        }
    }

    /** What is to be done with alerts. */
    @Command(name = "alerts", description = "Tries the alerts of a node.", mixinStandardHelpOptions = true)
    static final class Alerts implements Callable<Integer> {
        @ParentCommand
        private @Nullable Commands parent;

        @Spec
        private @Nullable CommandSpec spec;

        @Override
        public Integer call() {
            throw new ParameterException(
                    Objects.requireNonNull(spec, "set by picocli").commandLine(), "found no command, expected test");
        }

        @Command(
                description =
                        "Sends a message that says that it is a test to each receiver in a node's own file, and tells"
                                + " in a line of each what became of it.",
                mixinStandardHelpOptions = true)
        int test(
                @Parameters(
                                arity = "0..1",
                                paramLabel = "CONFIG_DIR",
                                defaultValue = DIRECTORY,
                                description = DIRECTORY_TEXT)
                        Path directory,
                @Option(
                                names = "--file-name",
                                paramLabel = "FILE",
                                defaultValue = "${env:CONFIG_FILE_NAME:-nodeconf.yml}",
                                description = "the node's own file in it (default: $CONFIG_FILE_NAME, or nodeconf.yml)")
                        String fileName,
                @Option(names = "--receiver", paramLabel = "NAME", description = "only this one") @Nullable
                        String receiver)
                throws InterruptedException {
            Commands commands = Objects.requireNonNull(parent, "set by picocli");
            try {
                return new TestAlerts(directory.toAbsolutePath().normalize(), fileName, commands.out).run(receiver)
                        ? 0
                        : 1;
            } catch (ConfigException e) {
                e.findings().stream().map(Finding::text).forEach(commands.err::println);
            } catch (TestAlerts.NoReceiverException e) {
                commands.err.println(e.getMessage());
            }
            return EX_CONFIG;
        }
    }

    private int noName(String text) {
        return unusable("the name \"" + text + '"', Identifier.RULE);
    }

    private int unusable(String found, String expected) {
        err.printf("found %s, expected %s%n", printable(found), expected);
        return CommandLine.ExitCode.USAGE;
    }

    /** What others wrote, for a terminal. */
    static String printable(String text) {
        return ForeignText.plain(text, MAX_SHOWN_CHARS);
    }
}
