package dev.difftop.testkit;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

/** Runs the tests of a contract by hand, to see which of them a faulty plugin fails. */
final class Failing {
  private Failing() {}

  /** Names of the tests that fail; those with parameters are left out. */
  static Set<String> of(ProviderContract<?, ?> contract) {
    Set<String> failing = new TreeSet<>();
    for (Method test : annotated(contract, Test.class)) {
      try {
        runAll(contract, BeforeEach.class);
        test.setAccessible(true);
        test.invoke(contract);
        runAll(contract, AfterEach.class);
      } catch (InvocationTargetException e) {
        if (!(e.getCause() instanceof TestAbortedException)) {
          failing.add(test.getName());
        }
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(e);
      }
    }
    return failing;
  }

  private static void runAll(
      Object contract, Class<? extends java.lang.annotation.Annotation> annotation)
      throws InvocationTargetException, IllegalAccessException {
    for (Method method : annotated(contract, annotation)) {
      method.setAccessible(true);
      method.invoke(contract);
    }
  }

  private static List<Method> annotated(
      Object contract, Class<? extends java.lang.annotation.Annotation> annotation) {
    List<Method> found = new ArrayList<>();
    for (Class<?> c = contract.getClass(); c != Object.class; c = c.getSuperclass()) {
      for (Method method : c.getDeclaredMethods()) {
        if (method.isAnnotationPresent(annotation)) {
          found.add(method);
        }
      }
    }
    return found;
  }
}
