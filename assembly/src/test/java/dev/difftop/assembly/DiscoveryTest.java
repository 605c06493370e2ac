package dev.difftop.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Cost;
import dev.difftop.api.Solver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plugins as they come: each bad one is refused with its reason, and the good one still works. */
final class DiscoveryTest {
  private static final String CONFIG =
      "record Config(@dev.difftop.api.config.Doc(\"a size\") int size) {}";

  @TempDir Path temp;
  private Path plugins;

  @BeforeEach
  void putAGoodPluginLast() throws IOException {
    plugins = Files.createDirectory(temp.resolve("plugins"));
    PluginJar.empty()
        .source("module-info.java", descriptor("zz.good", "zz.good.GoodProvider", true))
        .source("zz/good/GoodProvider.java", provider("zz.good", "Good", "good", CONFIG))
        .writeTo(plugins.resolve("zz-good/good.jar"), "--module-version", "1.2.3");
  }

  private static String descriptor(String module, String providers, boolean opened) {
    return """
    module %s {
      requires dev.difftop.api;
      provides dev.difftop.api.CostProvider with %s;
      %s
    }
    """
        .formatted(module, providers, opened ? "opens " + module + ";" : "");
  }

  /** A cost and its provider {@code <type>Provider} in one file. */
  private static String provider(String pack, String type, String name, String config) {
    return provider(pack, type, name, config, "@jakarta.inject.Inject Impl(Config config) {}");
  }

  private static String provider(
      String pack, String type, String name, String config, String constructor) {
    return """
    package %1$s;
    import dev.difftop.api.*;
    import dev.difftop.api.program.Tensor;
    public final class %2$sProvider implements CostProvider<%2$sProvider.Config> {
      %4$s
      static final class Impl implements Cost {
        %5$s
        public Tensor stage(Stage at) { return Tensor.constant(0); }
        public Terminal terminal(Point at) { return Terminal.none(); }
      }
      public String name() { return "%3$s"; }
      public String summary() { return "a cost"; }
      public Class<Config> configType() { return Config.class; }
      public Class<? extends Cost> implementation() { return Impl.class; }
    }
    """
        .formatted(pack, type, name, config, constructor);
  }

  private PluginJar oneProvider(String pack, String name, String config, String constructor)
      throws IOException {
    return PluginJar.empty()
        .source("module-info.java", descriptor(pack, pack + ".AProvider", true))
        .source(
            pack.replace('.', '/') + "/AProvider.java",
            provider(pack, "A", name, config, constructor));
  }

  /**
   * The reason why {@code source} was refused; the good plugin must have been found all the same.
   */
  private String reasonOf(String source) {
    Plugins found = Plugins.discover(plugins);
    assertTrue(
        found.find(Cost.class, "good").isPresent(),
        () -> "lost the good plugin: " + found.refused());
    List<Refusal> refusals =
        found.refused().stream().filter(r -> r.source().equals(source)).toList();
    assertEquals(1, refusals.size(), () -> "refused: " + found.refused());
    assertEquals(1, found.refused().size(), () -> "refused: " + found.refused());
    return refusals.get(0).reason();
  }

  private static void assertSays(String text, String... parts) {
    Stream.of(parts).forEach(p -> assertTrue(text.contains(p), () -> p + " is not in: " + text));
  }

  @Test
  void findsAPluginWithItsModuleVersionAndSource() {
    Plugins found = Plugins.discover(plugins);
    assertEquals(List.of(), found.refused());
    Plugin good = found.find(Cost.class, "good").orElseThrow();
    assertEquals("zz.good", good.module());
    assertEquals("1.2.3", good.version());
    assertEquals("plugins/zz-good", good.source());
    assertEquals("a cost", good.summary());
  }

  @Test
  void findsNoneInAFolderThatIsNotThere() {
    Plugins found = Plugins.discover(temp.resolve("nowhere"));
    assertEquals(List.of(), found.refused());
    assertTrue(found.of(Cost.class).isEmpty());
  }

  @Test
  void findsAPlainJarWithoutADescriptor() throws IOException {
    PluginJar.empty()
        .source("plain/AProvider.java", provider("plain", "A", "plain", CONFIG))
        .resource("META-INF/services/dev.difftop.api.CostProvider", "plain.AProvider\n")
        .writeTo(plugins.resolve("plain/plain-cost-2.1.jar"));
    Plugins found = Plugins.discover(plugins);
    assertEquals(List.of(), found.refused());
    Plugin plain = found.find(Cost.class, "plain").orElseThrow();
    assertEquals("plain.cost", plain.module());
    assertEquals("2.1", plain.version());
  }

  @Test
  void twoPluginsSeeTheirOwnVersionOfALibrary() throws IOException {
    for (String version : List.of("one", "two")) {
      Path library =
          PluginJar.empty()
              .source("module-info.java", "module acme.math { exports acme.math; }")
              .source(
                  "acme/math/Math.java",
                  "package acme.math; public final class Math { public static String version() {"
                      + " return \""
                      + version
                      + "\"; } }")
              .writeTo(plugins.resolve(version + "/math.jar"));
      String pack = "user." + version;
      PluginJar.empty()
          .with(library)
          .source(
              "module-info.java",
              descriptor(pack, pack + ".AProvider", true)
                  .replace("requires", "requires acme.math; requires"))
          .source(
              pack.replace('.', '/') + "/AProvider.java",
              provider(pack, "A", version, CONFIG)
                  .replace("\"a cost\"", "acme.math.Math.version()"))
          .writeTo(plugins.resolve(version + "/user.jar"));
    }
    Plugins found = Plugins.discover(plugins);
    assertEquals(List.of(), found.refused());
    assertEquals("one", found.find(Cost.class, "one").orElseThrow().summary());
    assertEquals("two", found.find(Cost.class, "two").orElseThrow().summary());
  }

  @Test
  void refusesWhatIsNoJar() throws IOException {
    Files.createDirectory(plugins.resolve("bad"));
    Files.writeString(plugins.resolve("bad/x.jar"), "this is no jar");
    assertSays(reasonOf("plugins/bad"), "x.jar", "zip");
  }

  @Test
  void refusesAJarThatIsCutShort() throws IOException {
    Path good = plugins.resolve("zz-good/good.jar");
    byte[] whole = Files.readAllBytes(good);
    Files.createDirectory(plugins.resolve("cut"));
    Files.write(plugins.resolve("cut/cut.jar"), java.util.Arrays.copyOf(whole, whole.length / 2));
    assertSays(reasonOf("plugins/cut"), "cut.jar");
  }

  @Test
  void refusesAnEmptyFolder() throws IOException {
    Files.createDirectory(plugins.resolve("empty"));
    assertSays(reasonOf("plugins/empty"), "holds no jar");
  }

  @Test
  void refusesAJarBesideTheFolders() throws IOException {
    Files.copy(plugins.resolve("zz-good/good.jar"), plugins.resolve("loose.jar"));
    assertSays(reasonOf("plugins/loose.jar"), "folder of its own");
  }

  @Test
  void leavesOtherFilesAlone() throws IOException {
    Files.writeString(plugins.resolve("README.md"), "put plugins here");
    Files.createDirectory(plugins.resolve(".git"));
    Files.writeString(plugins.resolve("zz-good/LICENSE"), "free");
    assertEquals(List.of(), Plugins.discover(plugins).refused());
  }

  @Test
  void refusesAFolderWithoutAProvider() throws IOException {
    PluginJar.empty()
        .source("module-info.java", "module just.code { }")
        .source("just/code/Thing.java", "package just.code; class Thing {}")
        .writeTo(plugins.resolve("code/code.jar"));
    assertSays(reasonOf("plugins/code"), "offers no plugin", "CostProvider", "SolverProvider");
  }

  @Test
  void saysThatAJarHasNeitherDescriptorNorServices() throws IOException {
    PluginJar.empty()
        .source("bare/Thing.java", "package bare; public class Thing {}")
        .writeTo(plugins.resolve("bare/bare.jar"));
    assertSays(
        reasonOf("plugins/bare"),
        "bare.jar has no module-info.class and lists no provider in META-INF/services");
  }

  @Test
  void refusesANestedRecordInAClosedPackage() throws IOException {
    String config =
        "record Config(@dev.difftop.api.config.Doc(\"a part\") nested.inner.Inner inner) {}";
    oneProvider("nested", "a", config, "@jakarta.inject.Inject Impl(Config config) {}")
        .source(
            "nested/inner/Inner.java",
            "package nested.inner; public record Inner("
                + "@dev.difftop.api.config.Doc(\"a size\") int size) {}")
        .writeTo(plugins.resolve("nested/a.jar"));
    assertSays(
        reasonOf("plugins/nested"),
        "the package of nested.inner.Inner is closed; add \"opens nested.inner;\"",
        "module nested");
  }

  @Test
  void refusesAMissingDependency() throws IOException {
    Path library =
        PluginJar.empty()
            .source("module-info.java", "module acme.math { exports acme.math; }")
            .source("acme/math/M.java", "package acme.math; public class M {}")
            .writeTo(temp.resolve("elsewhere/math.jar"));
    PluginJar.empty()
        .with(library)
        .source(
            "module-info.java",
            descriptor("lonely", "lonely.AProvider", true)
                .replace("requires", "requires acme.math; requires"))
        .source("lonely/AProvider.java", provider("lonely", "A", "lonely", CONFIG))
        .writeTo(plugins.resolve("lonely/lonely.jar"));
    assertSays(reasonOf("plugins/lonely"), "acme.math not found", "required by lonely");
  }

  @Test
  void refusesAModuleThatShadowsABuiltInOne() throws IOException {
    PluginJar.empty()
        .source("module-info.java", "module dev.difftop.api { exports dev.difftop.api; }")
        .source("dev/difftop/api/Cost.java", "package dev.difftop.api; public interface Cost {}")
        .writeTo(plugins.resolve("shadow/api.jar"));
    assertSays(reasonOf("plugins/shadow"), "dev.difftop.api", "part of the application already");
  }

  @Test
  void refusesAPackageThatTheApplicationHas() throws IOException {
    PluginJar.empty()
        .source(
            "dev/difftop/api/config/Mine.java",
            "package dev.difftop.api.config; public interface Mine {}")
        .writeTo(plugins.resolve("split/split.jar"));
    assertSays(reasonOf("plugins/split"), "dev.difftop.api.config");
  }

  @Test
  void refusesAServiceOfTheWrongType() throws IOException {
    PluginJar.empty()
        .source("wrong/NotACost.java", "package wrong; public class NotACost {}")
        .resource("META-INF/services/dev.difftop.api.CostProvider", "wrong.NotACost\n")
        .writeTo(plugins.resolve("wrong/wrong.jar"));
    assertSays(reasonOf("plugins/wrong"), "wrong.NotACost", "not a subtype");
  }

  @Test
  void refusesAJarWhoseProviderClassIsMissing() throws IOException {
    PluginJar.empty()
        .source("gone/Other.java", "package gone; public class Other {}")
        .resource("META-INF/services/dev.difftop.api.CostProvider", "gone.Missing\n")
        .writeTo(plugins.resolve("gone/gone.jar"));
    assertSays(reasonOf("plugins/gone"), "gone.Missing");
  }

  @Test
  void refusesTheSecondOfTwoOfOneName() throws IOException {
    oneProvider("again", "good", CONFIG, "@jakarta.inject.Inject Impl(Config config) {}")
        .writeTo(plugins.resolve("zzz-again/again.jar"));
    assertSays(
        reasonOf("plugins/zzz-again"),
        "cost good",
        "zz.good.GoodProvider",
        "plugins/zz-good",
        "again.AProvider");
  }

  @Test
  void refusesAProviderThatThrows() throws IOException {
    PluginJar.empty()
        .source("module-info.java", descriptor("thrower", "thrower.AProvider", true))
        .source(
            "thrower/AProvider.java",
            provider("thrower", "A", "thrower", CONFIG)
                .replace("return \"a cost\";", "throw new IllegalStateException(\"no licence\");"))
        .writeTo(plugins.resolve("thrower/thrower.jar"));
    assertSays(reasonOf("plugins/thrower"), "cost thrower", "no licence");
  }

  @Test
  void refusesAClosedPackage() throws IOException {
    PluginJar.empty()
        .source("module-info.java", descriptor("shut", "shut.AProvider", false))
        .source("shut/AProvider.java", provider("shut", "A", "shut", CONFIG))
        .writeTo(plugins.resolve("shut/shut.jar"));
    assertSays(reasonOf("plugins/shut"), "cost shut", "opens shut;", "module shut");
  }

  @Test
  void refusesAKeyWithoutDocumentation() throws IOException {
    String config = "record Config(int size, double weight) {}";
    oneProvider("undocumented", "a", config, "@jakarta.inject.Inject Impl(Config config) {}")
        .writeTo(plugins.resolve("undocumented/a.jar"));
    assertSays(reasonOf("plugins/undocumented"), "Config.size", "Config.weight", "@Doc");
  }

  @Test
  void refusesADefaultThatIsNoValueOfItsKey() throws IOException {
    String config =
        """
        record Config(
            @dev.difftop.api.config.Doc("a size") @dev.difftop.api.config.Range(min = 1)
            @dev.difftop.api.config.Default("0") int size) {}
        """;
    oneProvider("lying", "a", config, "@jakarta.inject.Inject Impl(Config config) {}")
        .writeTo(plugins.resolve("lying/a.jar"));
    assertSays(reasonOf("plugins/lying"), "Config.size", "@Default(\"0\")", "at least 1");
  }

  @Test
  void refusesATypeThatNoKeyCanHave() throws IOException {
    String config = "record Config(@dev.difftop.api.config.Doc(\"a thread\") Thread thread) {}";
    oneProvider("threads", "a", config, "@jakarta.inject.Inject Impl(Config config) {}")
        .writeTo(plugins.resolve("threads/a.jar"));
    assertSays(reasonOf("plugins/threads"), "Config.thread", "java.lang.Thread");
  }

  @Test
  void refusesAnImplementationWithoutInjectedConstructor() throws IOException {
    oneProvider("manual", "a", CONFIG, "Impl(Config config) {}")
        .writeTo(plugins.resolve("manual/a.jar"));
    assertSays(reasonOf("plugins/manual"), "0 constructors with @Inject");
  }

  @Test
  void refusesAConstructorThatAsksForWhatNobodyOffers() throws IOException {
    oneProvider("greedy", "a", CONFIG, "@jakarta.inject.Inject Impl(java.time.Clock clock) {}")
        .writeTo(plugins.resolve("greedy/a.jar"));
    assertSays(
        reasonOf("plugins/greedy"),
        "java.time.Clock",
        "Config, Engine, Shapes, RandomStream and Parts");
  }

  @Test
  void refusesANameThatIsNotInKebabCase() throws IOException {
    oneProvider("shouting", "Not Good", CONFIG, "@jakarta.inject.Inject Impl(Config config) {}")
        .writeTo(plugins.resolve("shouting/a.jar"));
    assertSays(reasonOf("plugins/shouting"), "Not Good", "kebab-case");
  }

  @Test
  void refusesClassesOfANewerJava() throws IOException {
    Path jar =
        oneProvider("newer", "a", CONFIG, "@jakarta.inject.Inject Impl(Config config) {}")
            .writeTo(temp.resolve("newer.jar"));
    makeNewer(jar, plugins.resolve("newer/newer.jar"));
    assertSays(
        reasonOf("plugins/newer"),
        "is compiled for Java 55 (class file version 99), this is Java "
            + Runtime.version().feature());
  }

  /** Copies a jar with every class file stamped as of a Java that does not exist yet. */
  private static void makeNewer(Path jar, Path target) throws IOException {
    Files.createDirectories(target.getParent());
    try (var in = new java.util.zip.ZipInputStream(Files.newInputStream(jar));
        var out = new java.util.zip.ZipOutputStream(Files.newOutputStream(target))) {
      for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        byte[] bytes = in.readAllBytes();
        if (entry.getName().endsWith(".class")) {
          bytes[7] = 99;
        }
        out.putNextEntry(new java.util.zip.ZipEntry(entry.getName()));
        out.write(bytes);
      }
    }
  }

  @Test
  void explainsAMissingPluginByItsNeighboursAndByWhatWasRefused() throws IOException {
    Files.createDirectory(plugins.resolve("bad"));
    Files.writeString(plugins.resolve("bad/x.jar"), "this is no jar");
    PluginJar.empty()
        .source("module-info.java", descriptor("shut", "shut.AProvider", false))
        .source("shut/AProvider.java", provider("shut", "A", "shut", CONFIG))
        .writeTo(plugins.resolve("shut/shut.jar"));
    Plugins found = Plugins.discover(plugins);
    String gone = found.explainMissing(Cost.class, "goood");
    assertSays(gone, "no cost named \"goood\"", "did you mean good?", "found good", "plugins/bad");
    assertTrue(!gone.contains("plugins/shut"), gone);
    assertSays(found.explainMissing(Cost.class, "shut"), "plugins/shut", "opens shut;");
    assertSays(found.explainMissing(Solver.class, "any"), "found none");
  }
}
