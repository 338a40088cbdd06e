package io.distomon.node.git;

import static io.distomon.node.git.HostileGitServer.ENDLESS;
import static io.distomon.node.git.HostileGitServer.band;
import static io.distomon.node.git.HostileGitServer.end;
import static io.distomon.node.git.HostileGitServer.packet;

import io.distomon.node.git.HostileGitServer.Answers;
import io.distomon.node.git.HostileGitServer.Branch;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever a server says: a process with a small heap tells it in one line, goes on with what it has, and takes what comes
 * when the server is in its right mind again.
 */
class HostileGitServerTest {
    private static final String ANOTHER = "0123456789".repeat(4);
    private static final int MEBIBYTE = 1 << 20;

    @TempDir
    Path directory;

    /** What servers do, and what is said of it. */
    enum Hostility {
        OBJECTS_THAT_ARE_NOT_THERE("found a pack of 1073741824 objects, expected at most 150000") {
            @Override
            Answers answers() {
                return new Branch(ANOTHER, new PackBytes().stating(1 << 30));
            }
        },
        BRANCHES_WITHOUT_END("found more than 4 MiB of branches and messages, expected less") {
            @Override
            Answers answers() {
                return new Answers() {
                    @Override
                    void branches(OutputStream out) throws IOException {
                        packet(out, ANOTHER + " HEAD\n");
                        for (int i = 0; i * 60L < ENDLESS; i++) {
                            packet(out, "%s refs/heads/%08d\n".formatted(ANOTHER, i));
                        }
                        end(out);
                    }
                };
            }
        },
        BRANCHES_WITHOUT_END_IN_THE_FIRST_PROTOCOL(BRANCHES_WITHOUT_END.told) {
            @Override
            Answers answers() {
                return new Answers() {
                    @Override
                    void greeting(OutputStream out) throws IOException {
                        packet(out, "# service=git-upload-pack\n");
                        end(out);
                        packet(out, ANOTHER + " HEAD\0side-band-64k shallow\n");
                        for (int i = 0; i * 60L < ENDLESS; i++) {
                            packet(out, "%s refs/heads/%08d\n".formatted(ANOTHER, i));
                        }
                        end(out);
                    }
                };
            }
        },
        BRANCHES_WITHOUT_END_COMPRESSED(BRANCHES_WITHOUT_END.told) {
            @Override
            Answers answers() {
                return new Answers() {
                    @Override
                    void branches(OutputStream out) throws IOException {
                        for (int i = 0; i * 60L < ENDLESS; i++) {
                            packet(out, "%s refs/heads/%08d\n".formatted(ANOTHER, i));
                        }
                    }

                    @Override
                    boolean compressed() {
                        return true;
                    }
                };
            }
        },
        MESSAGES_WITHOUT_END(BRANCHES_WITHOUT_END.told) {
            @Override
            Answers answers() {
                return new Branch(ANOTHER, new byte[0]) {
                    @Override
                    void objects(OutputStream out) throws IOException {
                        packet(out, "packfile\n");
                        byte[] talk = "look here\n".repeat(6_000).getBytes(StandardCharsets.US_ASCII);
                        for (long i = 0; i < ENDLESS; i += talk.length) {
                            band(out, 2, talk);
                        }
                    }
                };
            }
        },
        A_FILE_OF_A_HUNDRED_MEBIBYTES_IN_TWO_VERSIONS(
                "found an object of 100 MiB that others are made of, expected at most 4 MiB") {
            @Override
            Answers answers() {
                PackBytes pack = new PackBytes();
                long base = pack.position();
                pack.object(Constants.OBJ_BLOB, new byte[100 * MEBIBYTE]);
                pack.appended(base, 100 * MEBIBYTE);
                return new Branch(pack.commit("3", 3).name(), pack.finished());
            }
        },
        A_CHAIN_OF_FILES_THAT_HOLDS_ALL_OF_THEM(
                "found files that are made of each other of together more than 16 MiB, expected less") {
            @Override
            Answers answers() {
                PackBytes pack = new PackBytes();
                long bytes = 3 * MEBIBYTE;
                long base = pack.position();
                pack.object(Constants.OBJ_BLOB, new byte[3 * MEBIBYTE]);
                for (int i = 0; i < 100; i++) {
                    long next = pack.position();
                    // The first goes on, the second waits, and its base with it.
                    pack.appended(base, bytes);
                    pack.appended(base, bytes);
                    base = next;
                    bytes++;
                }
                return new Branch(pack.commit("3", 3).name(), pack.finished());
            }
        },
        VERY_MANY_FILES_THAT_ARE_MADE_OF_ONE(
                "found files that are made of others of together more than 512 MiB, expected less") {
            @Override
            Answers answers() {
                PackBytes pack = new PackBytes();
                long base = pack.position();
                pack.object(Constants.OBJ_BLOB, new byte[3 * MEBIBYTE]);
                for (int i = 0; i < 50_000; i++) {
                    pack.appended(base, 3 * MEBIBYTE);
                }
                return new Branch(pack.commit("3", 3).name(), pack.finished());
            }
        },
        A_LARGE_COMMIT("found a commit, tree or tag of 300 MiB, expected at most 4 MiB") {
            @Override
            Answers answers() {
                PackBytes pack = new PackBytes();
                pack.object(Constants.OBJ_COMMIT, new byte[300 * MEBIBYTE]);
                return new Branch(ANOTHER, pack.finished());
            }
        },
        A_HISTORY_OF_LONG_MESSAGES(null) {
            @Override
            Answers answers() {
                PackBytes pack = new PackBytes();
                String text = "x".repeat(3 * MEBIBYTE);
                ObjectId last = pack.commit("3", 3);
                ObjectId tree = ObjectId.fromString("4b825dc642cb6eb9a060e54bf8d69288fbee4904");
                pack.object(Constants.OBJ_TREE, new byte[0]);
                for (int i = 0; i < 100; i++) {
                    last = pack.object(Constants.OBJ_COMMIT, PackBytes.commitText(tree, 4 + i, text, last));
                }
                return new Branch(pack.commit("3", 200, last).name(), pack.finished());
            }
        };

        private final @Nullable String told;

        Hostility(@Nullable String told) {
            this.told = told;
        }

        abstract Answers answers();
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatSaysTooMuchCostsOneLineAndNeverTheProcess(Hostility hostility) throws Exception {
        try (HostileGitServer server = new HostileGitServer()) {
            server.answer(good("1", 1));
            try (FollowingProcess process = new FollowingProcess(server.url(), directory)) {
                process.awaitLine("Text[text=1]: null");

                server.answer(hostility.answers());
                process.awaitLine(hostility.told == null ? "Text[text=3]: null" : "Text[text=1]: " + hostility.told);

                server.answer(good("2", 1000));
                process.awaitLine("Text[text=2]: null");
            }
        }
    }

    private static Answers good(String text, int second) {
        PackBytes pack = new PackBytes();
        return new Branch(pack.commit(text, second).name(), pack.finished());
    }
}
