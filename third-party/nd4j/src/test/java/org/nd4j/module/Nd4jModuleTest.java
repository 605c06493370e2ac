package org.nd4j.module;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

class Nd4jModuleTest {
  @TempDir Path folder;

  @Test
  void isAnExplicitModule() {
    Module module = Nd4j.class.getModule();
    assertEquals("org.nd4j", module.getName());
    assertFalse(module.getDescriptor().isAutomatic());
    assertTrue(Pointer.class.getModule().isNamed());
  }

  @Test
  void nativeMemoryIsReadByBlas() {
    try (DataBuffer buffer = Nd4j.createBuffer(DataType.DOUBLE, 3, false)) {
      buffer.setData(new double[] {1, 2, 2});
      Pointer pointer = buffer.addressPointer();
      double norm = openblas.cblas_dnrm2(3, new org.bytedeco.javacpp.DoublePointer(pointer), 1);
      assertEquals(3, norm, 1e-15);
    }
  }

  @Test
  void sameDiffDifferentiates() {
    SameDiff graph = SameDiff.create();
    SDVariable x = graph.var("x", Nd4j.createFromArray(new double[] {0.5, -1}));
    graph.setLossVariables(graph.math().square(x).sum("loss"));
    double[] gradient = graph.calculateGradients(null, "x").get("x").toDoubleVector();
    assertEquals(1, gradient[0], 1e-12);
    assertEquals(-2, gradient[1], 1e-12);
  }

  /** A launched application prints what it wants and nothing of ours. */
  @Test
  void startsInSilence() throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (Runtime.version().feature() >= 24) {
      command.add("--enable-native-access=org.nd4j,org.bytedeco.javacpp,org.bytedeco.openblas");
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.addAll(
        List.of(
            "--module-path",
            System.getProperty("jdk.module.path"),
            "--class-path",
            System.getProperty("java.class.path"),
            "--patch-module",
            "org.nd4j=" + Path.of("target", "test-classes").toAbsolutePath(),
            "--module",
            "org.nd4j/org.nd4j.module.Start"));
    int status =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start()
            .waitFor();
    assertEquals("", Files.readString(err));
    assertEquals("7.0", Files.readString(out));
    assertEquals(0, status);
  }
}
