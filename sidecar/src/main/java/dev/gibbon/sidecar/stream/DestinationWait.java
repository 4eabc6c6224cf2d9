package dev.gibbon.sidecar.stream;

import io.netty.util.concurrent.Future;

/** The phase in which the control plane is asked where the destination leads. */
final class DestinationWait implements Phase {
    private final Course course;
    private final StreamDetection asker;
    private final String id;

    /**
     * @param asker goes on when there is an answer, or none in time
     */
    DestinationWait(Course course, StreamDetection asker, String id) {
        this.course = course;
        this.asker = asker;
        this.id = id;
    }

    @Override
    public void begin() {
        Client client = course.client();
        client.speculation().drop();
        client.surroundings()
                .destinations()
                .ask(client.channel().eventLoop(), id)
                .addListener((Future<Boolean> answer) -> {
                    if (course.isAt(this)) {
                        asker.answered(id, Boolean.TRUE.equals(answer.getNow()));
                    }
                });
    }
}
