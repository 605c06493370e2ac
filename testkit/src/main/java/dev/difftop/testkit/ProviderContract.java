package dev.difftop.testkit;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Provider;
import dev.difftop.api.Shapes;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Interpreter;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What every provider promises. The contracts of the services extend it; a plugin's test extends
 * one of those, says which provider and settings it is about, and inherits all tests:
 *
 * <pre>{@code
 * class GoalDistanceCostTest extends CostContract<GoalDistanceConfig> {
 *   protected CostProvider<GoalDistanceConfig> provider() { return new GoalDistanceProvider(); }
 *   protected GoalDistanceConfig config() { return new GoalDistanceConfig(new double[] {1, 0}, 0.01); }
 * }
 * }</pre>
 *
 * @param <C> configuration record
 * @param <T> service
 */
public abstract class ProviderContract<C extends Record, T> {
  /** The provider under test. */
  protected abstract Provider<C, T> provider();

  /** Settings with which the other tests run. */
  protected abstract C config();

  /** Sizes that the implementation may ask for: two states and one action unless overridden. */
  protected Shapes shapes() {
    return new Shapes(Map.of(), 1, 2);
  }

  /** The engine that tests run on; the interpreter unless overridden. */
  protected Engine engine() {
    return new Interpreter();
  }

  /** A new instance with {@link #config}. */
  protected T make() {
    return make(config());
  }

  /** A new instance with other settings. */
  protected T make(C config) {
    return Injection.make(
        provider().implementation(), config, engine(), shapes(), RandomStream.root(1));
  }

  @Test
  void hasAKebabCaseNameAndASummaryOfOneLine() {
    String name = provider().name();
    assertTrue(name.matches("[a-z][a-z0-9]*(-[a-z0-9]+)*"), "name " + name + " is not kebab-case");
    String summary = provider().summary();
    assertFalse(summary.isBlank() || summary.contains("\n"), "summary: " + summary);
  }

  @Test
  void isPublicWithAPublicConstructorWithoutArguments() throws NoSuchMethodException {
    Class<?> type = provider().getClass();
    assertTrue(Modifier.isPublic(type.getModifiers()), type + " is not public");
    assertNotNull(type.getConstructor());
  }

  @Test
  void everySettingIsDocumented() {
    Class<C> type = provider().configType();
    assertTrue(type.isRecord(), type + " is not a record");
    for (RecordComponent component : type.getRecordComponents()) {
      Doc doc = component.getAnnotation(Doc.class);
      assertNotNull(doc, component + " has no @Doc");
      assertFalse(doc.value().isBlank(), component + " has an empty @Doc");
      Default defaults = component.getAnnotation(Default.class);
      assertFalse(defaults != null && defaults.value().isBlank(), component + ": empty @Default");
      checkRange(component, component.getAnnotation(Range.class));
    }
  }

  private static void checkRange(RecordComponent component, Range range) {
    if (range != null) {
      assertTrue(range.min() <= range.max(), component + ": the range is empty");
      Class<?> type = component.getType();
      assertFalse(
          type == boolean.class || type == String.class || type.isEnum(),
          component + ": a range of something that is no number");
    }
  }

  @Test
  void theImplementationIsMadeByInjection() {
    assertTrue(
        provider().configType().isInstance(config()),
        "config() is not a " + provider().configType());
    T first = make();
    try {
      assertTrue(provider().implementation().isInstance(first));
    } finally {
      close(first);
    }
  }

  /** Closes what can be closed. */
  static void close(Object instance) {
    if (instance instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException("close failed", e);
      }
    }
  }
}
