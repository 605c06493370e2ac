package dev.difftop.app.cli;

import dev.difftop.app.cli.console.UsageException;
import dev.difftop.assembly.Service;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The words for services, as arguments. */
final class ServiceArgument extends ArrayList<String> {
  private static final long serialVersionUID = 1L;

  ServiceArgument() {
    super(words());
  }

  private static List<String> words() {
    return Arrays.stream(Service.values()).map(Service::word).toList();
  }

  static Service parse(String word) {
    return Service.ofWord(word)
        .orElseThrow(
            () ->
                new UsageException(
                    "SERVICE",
                    "no service named \"%s\"; there are %s"
                        .formatted(word, String.join(", ", words()))));
  }
}
