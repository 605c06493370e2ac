package dev.difftop.assembly;

import com.google.inject.AbstractModule;
import com.google.inject.Binder;
import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.ProvisionException;
import com.google.inject.Stage;
import com.google.inject.spi.Message;
import dev.difftop.api.Collaborators;
import dev.difftop.api.DataException;
import dev.difftop.api.PartException;
import dev.difftop.api.Parts;
import dev.difftop.api.Shapes;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Engine;
import java.util.Collection;

/** Makes parts: a root injector with explicit bindings only, and a child of it for every part. */
final class Injection {
  private static final String CONSTRUCTOR = "its constructor";

  static {
    // Guice's generated classes live outside of every module and cannot reach into a closed
    // package;
    // without them it uses reflection, which "opens" allows. Read once, when Guice is first used.
    System.setProperty("guice_bytecode_gen_option", "DISABLED");
  }

  private final Injector root =
      Guice.createInjector(
          Stage.PRODUCTION,
          new AbstractModule() {
            @Override
            protected void configure() {
              binder().requireExplicitBindings();
              binder().requireAtInjectOnConstructors();
              binder().requireExactBindingAnnotations();
            }
          });

  /**
   * Makes a part.
   *
   * @param engine where the part may get its engine from; null for an engine
   * @param parts makes what its configuration has chosen
   * @throws PartException if its constructor fails
   * @throws DataException if that is what its constructor throws: a bad file
   */
  Object make(
      Choice<?> choice,
      com.google.inject.Provider<Engine> engine,
      Collaborators collaborators,
      Parts parts) {
    Plugin plugin = choice.plugin();
    Class<?> implementation = plugin.provider().implementation();
    try {
      return root.createChildInjector(
              binder -> {
                bindConfiguration(binder, choice.configuration());
                if (engine != null) {
                  binder.bind(Engine.class).toProvider(engine);
                }
                binder.bind(Shapes.class).toInstance(collaborators.shapes());
                binder.bind(RandomStream.class).toInstance(collaborators.random());
                collaborators.offered().forEach((type, value) -> bind(binder, type, value));
                binder.bind(Parts.class).toInstance(parts);
                binder.bind(implementation);
              })
          .getInstance(implementation);
    } catch (ProvisionException e) {
      throw failed(plugin, e.getErrorMessages(), e);
    } catch (CreationException e) {
      throw failed(plugin, e.getErrorMessages(), e);
    } catch (com.google.inject.ConfigurationException e) {
      throw failed(plugin, e.getErrorMessages(), e);
    } catch (RuntimeException | LinkageError e) {
      // Guice does not wrap what reflection throws.
      throw new Failures(plugin).of(CONSTRUCTOR, e);
    }
  }

  private static <T> void bind(Binder binder, Class<T> type, Object value) {
    binder.bind(type).toInstance(type.cast(value));
  }

  @SuppressWarnings("unchecked")
  private static <C extends Record> void bindConfiguration(Binder binder, C configuration) {
    binder.bind((Class<C>) configuration.getClass()).toInstance(configuration);
  }

  private static RuntimeException failed(
      Plugin plugin, Collection<Message> messages, RuntimeException error) {
    return messages.stream()
        .map(Message::getCause)
        .filter(cause -> cause != null)
        .findFirst()
        .map(cause -> new Failures(plugin).of(CONSTRUCTOR, cause))
        .orElseGet(
            () ->
                new PartException(
                    plugin.toString(),
                    plugin.label() + ": " + messages.iterator().next().getMessage(),
                    error));
  }
}
