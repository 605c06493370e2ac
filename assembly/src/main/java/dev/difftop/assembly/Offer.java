package dev.difftop.assembly;

import dev.difftop.assembly.jar.Origin;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Spliterator;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * An implementation that a module or a jar declares for {@link ServiceLoader}.
 *
 * @param <P> what it implements
 * @param type the class
 * @param module name of its module; on the class path, of the module that its jar would be
 * @param version version of that module; empty where it states none
 * @param instance makes one
 */
record Offer<P>(Class<?> type, String module, String version, Supplier<P> instance) {
  private static final String DESCRIPTOR = "module-info.class";

  P get() {
    return instance.get();
  }

  /** Those of the application itself. */
  static <P> List<Offer<P>> all(Class<P> wanted) {
    List<Offer<P>> found = new ArrayList<>();
    ModuleLayer layer = Offer.class.getModule().getLayer();
    Consumer<Throwable> fail =
        e -> {
          throw new IllegalStateException(Discovery.chain(e), e);
        };
    if (layer == null) {
      ClassLoader loader = Offer.class.getClassLoader();
      inLoader(wanted, loader, ServiceLoader.load(wanted, loader), found::add, fail);
    } else {
      inLayer(wanted, layer, ServiceLoader.load(layer, wanted), found::add, fail);
    }
    return found;
  }

  /**
   * Those of a module layer, without those of its parents.
   *
   * @param failed receives what is wrong with one; the others are found all the same
   */
  static <P> void inLayer(
      Class<P> wanted,
      ModuleLayer layer,
      ServiceLoader<?> services,
      Consumer<Offer<P>> found,
      Consumer<Throwable> failed) {
    each(
        services,
        offer -> {
          Module module = offer.type().getModule();
          if (module.getLayer() == layer) {
            String version = module.getDescriptor().rawVersion().orElse("");
            found.accept(
                new Offer<>(
                    offer.type(), module.getName(), version, () -> wanted.cast(offer.get())));
          }
        },
        failed);
  }

  /**
   * Those of a class loader, without those of its parents: what the module descriptors on the class
   * path provide, then what is listed below {@code META-INF/services}.
   *
   * @param failed receives what is wrong with one; the others are found all the same
   */
  static <P> void inLoader(
      Class<P> wanted,
      ClassLoader loader,
      ServiceLoader<?> services,
      Consumer<Offer<P>> found,
      Consumer<Throwable> failed) {
    List<Class<?>> seen = new ArrayList<>();
    for (ModuleDescriptor descriptor : descriptors(loader, failed)) {
      for (String name : provided(descriptor, wanted)) {
        try {
          Class<?> type = Class.forName(name, false, loader);
          if (type.getClassLoader() == loader && !seen.contains(type)) {
            seen.add(type);
            String version = descriptor.rawVersion().orElse("");
            found.accept(
                new Offer<>(type, descriptor.name(), version, () -> wanted.cast(make(type))));
          }
        } catch (ClassNotFoundException | LinkageError e) {
          failed.accept(e);
        }
      }
    }
    each(
        services,
        offer -> {
          if (offer.type().getClassLoader() == loader && !seen.contains(offer.type())) {
            seen.add(offer.type());
            found.accept(
                new Offer<>(
                    offer.type(),
                    Origin.moduleName(offer.type()),
                    "",
                    () -> wanted.cast(offer.get())));
          }
        },
        failed);
  }

  private static void each(
      ServiceLoader<?> services,
      Consumer<ServiceLoader.Provider<?>> found,
      Consumer<Throwable> failed) {
    Spliterator<? extends ServiceLoader.Provider<?>> offers = services.stream().spliterator();
    boolean more = true;
    while (more) {
      try {
        more = offers.tryAdvance(found);
      } catch (java.util.ServiceConfigurationError | LinkageError e) {
        failed.accept(e);
      }
    }
  }

  private static List<String> provided(ModuleDescriptor descriptor, Class<?> wanted) {
    return descriptor.provides().stream()
        .filter(p -> p.service().equals(wanted.getName()))
        .flatMap(p -> p.providers().stream())
        .toList();
  }

  private static List<ModuleDescriptor> descriptors(
      ClassLoader loader, Consumer<Throwable> failed) {
    List<ModuleDescriptor> found = new ArrayList<>();
    try {
      for (URL url : Collections.list(loader.getResources(DESCRIPTOR))) {
        // Java's own modules are no part of the class path.
        if (!url.getProtocol().equals("jrt")) {
          try (InputStream bytes = url.openStream()) {
            found.add(ModuleDescriptor.read(bytes));
          }
        }
      }
    } catch (IOException | java.lang.module.InvalidModuleDescriptorException e) {
      failed.accept(e);
    }
    return found;
  }

  /** As {@link ServiceLoader} does in a module: by a method {@code provider}, or a constructor. */
  private static Object make(Class<?> type) {
    try {
      for (Method method : type.getMethods()) {
        if (method.getName().equals("provider") && method.getParameterCount() == 0) {
          return method.invoke(null);
        }
      }
      return type.getConstructor().newInstance();
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(
          "%s: %s".formatted(type.getName(), Discovery.chain(e.getCause())), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "%s has no public constructor without arguments".formatted(type.getName()), e);
    }
  }
}
