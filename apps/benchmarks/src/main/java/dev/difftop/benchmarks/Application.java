package dev.difftop.benchmarks;

import java.io.File;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The reference problems in a layer of modules, where they find their plugins, while JMH itself
 * runs on the class path. The layer is made of what lies on the class path; its classes are others
 * than those that the class path itself would give, so that they are called by name.
 */
final class Application {
  private static final String MODULE = "dev.difftop.app.reference";

  private final ClassLoader loader;

  private Application(ClassLoader loader) {
    this.loader = loader;
  }

  /** The application, made of the jars and folders of the class path. */
  static Application onClassPath() {
    Path[] entries =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(Path::of)
            .filter(Application::isModule)
            .toArray(Path[]::new);
    ModuleLayer boot = ModuleLayer.boot();
    Configuration modules =
        boot.configuration()
            .resolveAndBind(ModuleFinder.of(entries), ModuleFinder.of(), Set.of(MODULE));
    // The platform's random generators are found from the loader of the thread, and only if the
    // system's loader is above it.
    ModuleLayer.Controller layer =
        ModuleLayer.defineModulesWithOneLoader(
            modules, List.of(boot), ClassLoader.getSystemClassLoader());
    Module application = layer.layer().findModule(MODULE).orElseThrow();
    for (String folder : application.getPackages()) {
      layer.addOpens(application, folder, Application.class.getModule());
    }
    // ND4J looks for its backend with the loader of the thread.
    Thread.currentThread().setContextClassLoader(application.getClassLoader());
    return new Application(application.getClassLoader());
  }

  /** A folder that is no module would be taken for one of modules. */
  private static boolean isModule(Path entry) {
    return Files.isRegularFile(entry) || Files.exists(entry.resolve("module-info.class"));
  }

  /** The cases of {@code bench solvers}, in the order of the command. */
  List<Object> solverCases() {
    Object plugins = invoke(type("dev.difftop.assembly.Plugins"), null, "discover");
    Object configurations = make("dev.difftop.assembly.Configurations", plugins);
    Object engine =
        call(configurations, "choose", type("dev.difftop.api.program.Engine"), "nd4j", List.of());
    Object assembly = make("dev.difftop.assembly.Assembly", engine);
    Object suites = make(MODULE + ".bench.BenchSuites", plugins, configurations, assembly);
    return new ArrayList<>((List<?>) call(suites, "cases", "solvers"));
  }

  private Class<?> type(String name) {
    try {
      return loader.loadClass(name);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private Object make(String type, Object... arguments) {
    try {
      return type(type).getConstructors()[0].newInstance(arguments);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type, e);
    }
  }

  /** Calls a method of an object by its name. */
  static Object call(Object target, String method, Object... arguments) {
    return invoke(target.getClass(), target, method, arguments);
  }

  private static Object invoke(Class<?> type, Object target, String name, Object... arguments) {
    Method method = method(type, name, arguments.length);
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(type + "." + name, e.getCause());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(type + "." + name, e);
    }
  }

  /** The public method of that name and number of parameters. */
  static Method method(Class<?> type, String name, int parameters) {
    Method method =
        Arrays.stream(type.getMethods())
            .filter(m -> m.getName().equals(name) && m.getParameterCount() == parameters)
            .findFirst()
            .orElseThrow(() -> new IllegalStateException(type + " has no " + name));
    method.setAccessible(true);
    return method;
  }
}
