package io.distomon.node.tls;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** The first message of a client that knows no TLS above some version, which Java's own refuses to be. */
final class ClientHello {
    static final int TLS_1_1 = 0x0302;
    static final int TLS_1_2 = 0x0303;

    private static final int HANDSHAKE = 22;
    private static final int ALERT = 21;
    private static final int SERVER_HELLO = 2;

    private ClientHello() {}

    /** What a server answers: {@code server_hello}, or {@code alert} with its number (RFC 8446 section 6). */
    static String answer(int port, int version) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(record(version));
            DataInputStream in = new DataInputStream(socket.getInputStream());
            int kind = in.read();
            in.readShort();
            byte[] content = in.readNBytes(in.readUnsignedShort());
            return switch (kind) {
                case ALERT -> "alert " + content[1];
                case HANDSHAKE -> content[0] == SERVER_HELLO ? "server_hello" : "handshake " + content[0];
                default -> "record " + kind;
            };
        }
    }

    /** RFC 5246 section 7.4.1.2, with suites that certificates with an EC key serve. */
    private static byte[] record(int version) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(body);
        out.writeShort(version);
        out.write("thirty-two bytes that are random".getBytes(StandardCharsets.US_ASCII));
        out.writeByte(0); // No session to resume.
        out.writeShort(6);
        out.writeShort(0xc02b); // ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
        out.writeShort(0xc023); // ECDHE_ECDSA_WITH_AES_128_CBC_SHA256
        out.writeShort(0xc009); // ECDHE_ECDSA_WITH_AES_128_CBC_SHA
        out.writeShort(0x0100); // No compression.
        out.writeShort(20);
        extension(out, 10, 0x0017); // Groups: secp256r1.
        extension(out, 13, 0x0403); // Signatures: ecdsa_secp256r1_sha256.
        out.writeShort(23); // extended_master_secret, RFC 7627.
        out.writeShort(0);
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        DataOutputStream message = new DataOutputStream(record);
        message.writeByte(HANDSHAKE);
        message.writeShort(0x0301);
        message.writeShort(body.size() + 4);
        message.writeInt(1 << 24 | body.size());
        body.writeTo(record);
        return record.toByteArray();
    }

    private static void extension(DataOutputStream out, int kind, int value) throws IOException {
        out.writeShort(kind);
        out.writeShort(4);
        out.writeShort(2);
        out.writeShort(value);
    }
}
