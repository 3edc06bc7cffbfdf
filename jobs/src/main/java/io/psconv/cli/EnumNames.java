package io.psconv.cli;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.TypeConversionException;

/**
 * One of an enum's constants by its name, in whatever case; where another is wanted, all are named
 * as people write them.
 */
final class EnumNames implements ITypeConverter<Object> {
    private final List<?> constants;

    EnumNames(Class<?> type) {
        this.constants = Arrays.asList(type.getEnumConstants());
    }

    /** Has all options of a command and its subcommands read so. */
    static void register(CommandLine command) {
        Set<Class<?>> types = new LinkedHashSet<>();
        collect(command, types);
        types.forEach(type -> register(command, type));
    }

    @SuppressWarnings("unchecked") // The converter makes constants of the type alone.
    private static <T> void register(CommandLine command, Class<T> type) {
        command.registerConverter(type, (ITypeConverter<T>) new EnumNames(type));
    }

    private static void collect(CommandLine command, Set<Class<?>> types) {
        for (ArgSpec argument : command.getCommandSpec().args()) {
            Arrays.stream(argument.auxiliaryTypes()).filter(Class::isEnum).forEach(types::add);
        }
        command.getSubcommands().values().forEach(each -> collect(each, types));
    }

    @Override
    public Object convert(String text) {
        for (Object constant : constants) {
            if (constant.toString().equalsIgnoreCase(text)
                    || ((Enum<?>) constant).name().equalsIgnoreCase(text)) {
                return constant;
            }
        }
        throw new TypeConversionException(
                "'"
                        + text
                        + "' is none of "
                        + constants.stream()
                                .map(Object::toString)
                                .collect(Collectors.joining(", ")));
    }
}
