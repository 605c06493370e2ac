package dev.difftop.launcher.spark;

import dev.difftop.app.experiments.executor.RunExecutor;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;

/**
 * Loads Spark and the half of the bridge that uses it. Of the application it sees the interface of
 * executors alone: the application has other versions of Jackson and SLF4J than Spark.
 */
final class SparkLoader extends URLClassLoader {
  SparkLoader(List<Path> jars) throws MalformedURLException {
    super("spark", urls(jars), new ExecutorInterface());
  }

  private static URL[] urls(List<Path> jars) throws MalformedURLException {
    URL[] urls = new URL[jars.size()];
    for (int i = 0; i < urls.length; i++) {
      urls[i] = jars.get(i).toUri().toURL();
    }
    return urls;
  }

  /** The package of {@link RunExecutor}, and Java. */
  private static final class ExecutorInterface extends ClassLoader {
    private static final String PACKAGE = RunExecutor.class.getPackageName() + ".";

    ExecutorInterface() {
      super(ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith(PACKAGE)) {
        return RunExecutor.class.getClassLoader().loadClass(name);
      }
      Class<?> type = super.loadClass(name, resolve);
      // The loader of the platform finds what is in a named module of the application, too.
      if (type.getClassLoader() == ClassLoader.getSystemClassLoader()) {
        throw new ClassNotFoundException(name);
      }
      return type;
    }
  }
}
