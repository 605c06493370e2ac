package dev.difftop.assembly;

import dev.difftop.api.ServiceType;
import java.util.Optional;

/**
 * A plugin, or a whole folder of plugins, that was found and not accepted.
 *
 * @param source the jar or folder it came from
 * @param reason what is wrong with it and what to do
 * @param service what it would have implemented, if that much is known
 * @param name the name it would have had, if that much is known
 */
public record Refusal(
    String source, String reason, Optional<ServiceType<?>> service, Optional<String> name) {

  /** Whether this may be why nothing of that service and name was found. */
  boolean mayConcern(Class<?> wanted, String wantedName) {
    return service.map(s -> s.type() == wanted).orElse(true)
        && name.map(n -> n.equals(wantedName)).orElse(true);
  }

  @Override
  public String toString() {
    return source + ": " + reason;
  }
}
