package dev.difftop.app.cli.env;

import dev.difftop.api.config.Doc;
import dev.difftop.api.environment.Environment;
import dev.difftop.assembly.Choice;

/** The part of a configuration file that the commands of {@code env} read. */
record EnvironmentSection(@Doc("the environment") Choice<Environment> environment) {}
