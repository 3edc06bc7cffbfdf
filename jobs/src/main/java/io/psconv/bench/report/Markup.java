package io.psconv.bench.report;

import java.io.StringWriter;
import java.util.Arrays;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Writes elements, attributes and text; nothing given as text or value can become markup.
 *
 * <p>The JDK's XML writer escapes, and pairs tags: what comes out is both XML and HTML. Characters
 * that neither may hold, and those that turn the direction of what is around them, become U+FFFD.
 */
final class Markup {
    private static final String LINE_END = "\n";

    private final StringWriter text = new StringWriter();
    private final XMLStreamWriter writer;

    Markup() {
        try {
            // Not newFactory(): another implementation on the class path would write it otherwise.
            writer = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
            writer.writeDTD("<!DOCTYPE html>\n");
        } catch (XMLStreamException e) {
            throw new IllegalStateException("The JDK's XML writer does not start", e);
        }
    }

    /** Starts an element; {@code attributes} are names and values by turns. */
    Markup open(String element, String... attributes) {
        return written(
                () -> {
                    writer.writeStartElement(element);
                    writeAttributes(attributes);
                });
    }

    /** Ends the element that was opened last. */
    Markup close() {
        return written(
                () -> {
                    writer.writeEndElement();
                    writer.writeCharacters(LINE_END);
                });
    }

    /** An element without content: a void one of HTML, or any of SVG. */
    Markup empty(String element, String... attributes) {
        return written(
                () -> {
                    writer.writeEmptyElement(element);
                    writeAttributes(attributes);
                    writer.writeCharacters(LINE_END);
                });
    }

    Markup text(String characters) {
        return written(() -> writer.writeCharacters(clean(characters)));
    }

    /** An element that holds text alone. */
    Markup element(String element, String characters, String... attributes) {
        return open(element, attributes).text(characters).close();
    }

    /** Everything written. */
    String document() {
        written(writer::flush);
        return text.toString();
    }

    /** What can be shown of a text from elsewhere. */
    static String clean(String characters) {
        StringBuilder cleaned = new StringBuilder(characters.length());
        characters.codePoints().map(Markup::clean).forEach(cleaned::appendCodePoint);
        return cleaned.toString();
    }

    private static int clean(int character) {
        boolean lone = character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE;
        boolean control =
                Character.isISOControl(character) && character != '\n' && character != '\t';
        boolean turns =
                (character >= 0x202A && character <= 0x202E)
                        || (character >= 0x2066 && character <= 0x2069);
        boolean none = (character & 0xFFFE) == 0xFFFE;
        return lone || control || turns || none ? 0xFFFD : character;
    }

    private void writeAttributes(String... attributes) throws XMLStreamException {
        if (attributes.length % 2 != 0) {
            throw new IllegalArgumentException(
                    "attributes were "
                            + Arrays.toString(attributes)
                            + " but they must be names and values by turns");
        }
        for (int i = 0; i < attributes.length; i += 2) {
            writer.writeAttribute(attributes[i], clean(attributes[i + 1]));
        }
    }

    private Markup written(Writing writing) {
        try {
            writing.run();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("Writing to memory failed", e);
        }
        return this;
    }

    private interface Writing {
        void run() throws XMLStreamException;
    }
}
