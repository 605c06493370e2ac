package dev.difftop.api;

/**
 * A plugin chosen by its name alone, with the defaults of its configuration. A {@link PartFactory}
 * finds it.
 *
 * @param service the service, such as {@link Solver}
 * @param name the name of the plugin
 */
public record ChosenByName<T>(Class<T> service, String name) implements Chosen<T> {}
