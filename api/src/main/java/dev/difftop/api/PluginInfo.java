package dev.difftop.api;

import java.nio.file.Path;

/**
 * Identity of a plugin, for listings and for the manifest of a run.
 *
 * @param service such as {@code solver}
 * @param name the name by which a configuration chooses it
 * @param summary what it is, in one line
 * @param module name of its module
 * @param version version of its module; empty where the module states none
 * @param source the jar that it comes from, or the folder of classes in a build
 * @param sha256 hexadecimal SHA-256 of the jar; of a folder, over the names and contents of its
 *     files in the order of their names
 */
public record PluginInfo(
    String service,
    String name,
    String summary,
    String module,
    String version,
    Path source,
    String sha256) {}
