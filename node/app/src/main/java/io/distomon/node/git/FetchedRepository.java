package io.distomon.node.git;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.PackParser;

/** A bare repository that takes a pack in only as a {@link BoundedPack}. */
final class FetchedRepository extends FileRepository {
    private final Received received;

    FetchedRepository(Path directory, Received received) throws IOException {
        super(new FileRepositoryBuilder()
                .setGitDir(directory.toFile())
                .setBare()
                .setup());
        this.received = received;
    }

    @Override
    public ObjectInserter newObjectInserter() {
        return new Inserter(super.newObjectInserter());
    }

    private final class Inserter extends ObjectInserter.Filter {
        private final ObjectInserter files;

        Inserter(ObjectInserter files) {
            this.files = files;
        }

        @Override
        protected ObjectInserter delegate() {
            return files;
        }

        @Override
        public PackParser newPackParser(InputStream in) throws IOException {
            return BoundedPack.receive(getObjectDatabase(), in, received);
        }
    }
}
