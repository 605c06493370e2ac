package dev.difftop.app.experiments.sweep;

import dev.difftop.api.PartFactory;
import dev.difftop.api.PluginInfo;
import dev.difftop.learning.run.Training;
import dev.difftop.learning.storage.Hashes;
import dev.difftop.optimization.adjoint.Adjoint;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.stream.Stream;

/** Hash of the code that decides the result of a run: its plugins and what all runs share. */
final class CodeVersion {
  private static final List<Class<?>> SHARED =
      List.of(PartFactory.class, Adjoint.class, Training.class);

  private final String shared;

  CodeVersion() {
    StringBuilder text = new StringBuilder();
    SHARED.forEach(type -> text.append(Hashes.of(source(type))).append('\n'));
    this.shared = text.toString();
  }

  private static Path source(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    try {
      return Path.of(source.getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("a module lies at no path: " + source.getLocation(), e);
    }
  }

  /** Of a run with these plugins. */
  String of(List<PluginInfo> plugins) {
    Stream<String> lines =
        plugins.stream().map(p -> p.service() + "/" + p.name() + " " + p.sha256()).sorted();
    return Hashes.of(shared + String.join("\n", lines.toList()));
  }
}
