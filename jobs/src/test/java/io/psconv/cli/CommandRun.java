package io.psconv.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** One run of the command in this JVM, with what it said. */
record CommandRun(int status, String out, String err) {
    static CommandRun of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Psconv.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
        return new CommandRun(status, out.toString(), err.toString());
    }
}
