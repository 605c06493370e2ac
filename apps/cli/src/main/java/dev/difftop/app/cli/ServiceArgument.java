package dev.difftop.app.cli;

import dev.difftop.api.ServiceType;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.assembly.Services;
import java.util.ArrayList;
import java.util.List;

/** The words for services, as arguments. */
final class ServiceArgument extends ArrayList<String> {
  private static final long serialVersionUID = 1L;

  ServiceArgument() {
    super(words());
  }

  private static List<String> words() {
    return Services.words();
  }

  static ServiceType<?> parse(String word) {
    return Services.ofWord(word)
        .orElseThrow(
            () ->
                new UsageException(
                    "SERVICE",
                    "no service named \"%s\"; there are %s"
                        .formatted(word, String.join(", ", words()))));
  }
}
