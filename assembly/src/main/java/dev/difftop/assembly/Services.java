package dev.difftop.assembly;

import dev.difftop.api.ServiceType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The services of the application: those of the api module first, then those of further modules.
 */
public final class Services {
  private static final List<ServiceType<?>> ALL = find();

  private Services() {}

  private static List<ServiceType<?>> find() {
    List<ServiceType<?>> found = new ArrayList<>();
    for (Offer<?> offer : Offer.all(ServiceType.class)) {
      found.add((ServiceType<?>) offer.get());
    }
    Module api = ServiceType.class.getModule();
    String first = ServiceType.class.getPackageName();
    // Stable: the services of the api keep the order in which its descriptor provides them.
    found.sort(
        Comparator.comparingInt(
            s ->
                s.getClass().getModule() == api && s.getClass().getName().startsWith(first)
                    ? 0
                    : 1));
    return List.copyOf(found);
  }

  /** All services. */
  public static List<ServiceType<?>> all() {
    return ALL;
  }

  /** The service of that word, such as {@code solver}. */
  public static Optional<ServiceType<?>> ofWord(String word) {
    return ALL.stream().filter(s -> s.word().equals(word)).findFirst();
  }

  /** The service whose parts implement {@code type}. */
  public static Optional<ServiceType<?>> ofType(Class<?> type) {
    return ALL.stream().filter(s -> s.type() == type).findFirst();
  }

  /**
   * The service whose parts implement {@code type}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static ServiceType<?> require(Class<?> type) {
    return ofType(type)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s is no service; there are %s"
                        .formatted(type.getName(), String.join(", ", words()))));
  }

  /** The words of all services. */
  public static List<String> words() {
    return ALL.stream().map(ServiceType::word).toList();
  }
}
