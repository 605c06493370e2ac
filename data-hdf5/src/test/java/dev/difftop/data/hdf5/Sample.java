package dev.difftop.data.hdf5;

import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.H5Group;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Makes a small sound file in robomimic layout, to be spoilt. */
final class Sample {
  static final int ACTIONS = 2;

  private Sample() {}

  /** Episodes of 5, 7, 4 rows named demo_1, demo_2, demo_10. */
  static Path write(Path file, Consumer<H5File> spoil) {
    try (H5File f = H5File.create(file)) {
      episode(f, "demo_10", 4);
      episode(f, "demo_2", 7);
      episode(f, "demo_1", 5);
      try (H5Group data = f.group("data")) {
        data.setAttribute("env_args", "{\"env_name\": \"Toy\", \"type\": 2, \"env_kwargs\": {}}");
        data.setAttribute("total", 16);
      }
      f.writeFixed("mask/train", List.of("demo_10", "demo_1"));
      f.writeFixed("mask/valid", List.of("demo_2"));
      spoil.accept(f);
      f.commit();
    }
    return file;
  }

  private static void episode(H5File f, String name, int rows) {
    try (H5Group demo = f.createGroup("data/" + name)) {
      demo.setAttribute("num_samples", rows);
      demo.write("actions", ramp(rows * ACTIONS, rows), rows, ACTIONS);
      demo.write("obs/state", ramp(rows * 3, 0.5 + rows), rows, 3);
      demo.write("obs/object", ramp(rows, -rows), rows);
      demo.write("rewards", ramp(rows, 0), rows);
      demo.write("dones", new long[rows], rows);
    }
  }

  static double[] ramp(int n, double from) {
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = from + i;
    }
    return values;
  }
}
