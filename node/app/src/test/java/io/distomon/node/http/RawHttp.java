package io.distomon.node.http;

import io.distomon.core.exchange.HttpAnswer;
import io.distomon.core.exchange.HttpFields;
import io.distomon.core.exchange.OutgoingRequest;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** HTTP/1.1 by hand on one connection, so that nothing between the test and the bytes on the wire is helpful. */
final class RawHttp implements AutoCloseable {
    private static final int ANSWER_TIMEOUT_MILLIS = 60_000;

    private final Socket socket;
    private final InputStream in;

    RawHttp(int port) throws IOException {
        this(port, InetAddress.getLoopbackAddress());
    }

    /** @param from our own address; every one of 127.0.0.0/8 is this machine's */
    RawHttp(int port, InetAddress from) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port, from, 0);
        socket.setSoTimeout(ANSWER_TIMEOUT_MILLIS);
        in = socket.getInputStream();
    }

    /** The bytes of a request as its signer wrote it. */
    static byte[] bytes(OutgoingRequest request) {
        return bytes(request.uri().getPath(), request.fields(), request.body());
    }

    static byte[] bytes(String path, HttpFields fields, byte[] body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(head("POST " + path, fields, body.length));
        out.writeBytes(body);
        return out.toByteArray();
    }

    /** A head that announces a body of that length. */
    static byte[] head(String methodAndPath, HttpFields fields, int contentLength) {
        StringBuilder head = new StringBuilder(methodAndPath + " HTTP/1.1\r\nHost: somewhere\r\n");
        fields.lines()
                .forEach(line -> head.append(line.name())
                        .append(": ")
                        .append(line.value())
                        .append("\r\n"));
        head.append("Content-Length: ").append(contentLength).append("\r\n\r\n");
        return head.toString().getBytes(StandardCharsets.US_ASCII);
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** The next answer; its fields as they came, those of the transport included. */
    HttpAnswer receive() throws IOException {
        int status = Integer.parseInt(line().substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
        List<HttpFields.Field> fields = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            fields.add(new HttpFields.Field(
                    line.substring(0, colon), line.substring(colon + 1).strip()));
        }
        HttpFields all = new HttpFields(fields);
        int length = Integer.parseInt(all.only("content-length").orElseThrow());
        return new HttpAnswer(status, all, in.readNBytes(length));
    }

    HttpAnswer exchange(byte[] request) throws IOException {
        send(request);
        return receive();
    }

    /** Whether the other side has closed the connection. */
    boolean isAtEnd() throws IOException {
        return in.read() < 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the connection ended within " + line.toString(StandardCharsets.US_ASCII));
            }
            if (next != '\r') {
                line.write(next);
            }
        }
        return line.toString(StandardCharsets.US_ASCII);
    }
}
