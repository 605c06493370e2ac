package dev.difftop.app.reference.problem;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The networks of a planning problem in an HDF5 file: their sizes, and which parameter of the
 * plugins each dataset is. Plugins count linear layers, the file counts all.
 */
final class FileNetworks {
  private static final List<String> LEAVES = List.of("weight", "bias");

  private final Hdf5Problem file;
  private final Map<String, String> places = new LinkedHashMap<>();

  FileNetworks(Hdf5Problem file) {
    this.file = file;
  }

  /** Dataset in the file to full name of the parameter, in the file's order. */
  Map<String, String> places() {
    return Collections.unmodifiableMap(places);
  }

  /**
   * A multilayer perceptron with ELU between its layers.
   *
   * @param part full name of its parameters up to the layer, such as {@code cost/reward/}
   * @return widths of its hidden layers
   */
  List<Integer> perceptron(String net, String part) {
    List<Hdf5Problem.Layer> layers = file.layers(net);
    List<Integer> hidden = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      require(net, layers.get(i), i % 2 == 0 ? "linear" : "elu");
      if (i % 2 == 0) {
        place(net, layers.get(i), part + i / 2);
        hidden.add(layers.get(i).size());
      }
    }
    if (layers.size() % 2 == 0) {
      throw file.fault("BAD_METADATA", net, "expected a linear layer at the end");
    }
    hidden.remove(hidden.size() - 1);
    return hidden;
  }

  /** A critic: linear, layer norm, tanh, linear, ELU, linear. */
  void critic(String net, String part) {
    String[] kinds = {"linear", "layernorm", "tanh", "linear", "elu", "linear"};
    String[] names = {"0", "norm", "", "1", "", "2"};
    List<Hdf5Problem.Layer> layers = file.layers(net);
    if (layers.size() != kinds.length) {
      throw file.fault(
          "BAD_METADATA",
          net,
          "found %d layers, expected %s".formatted(layers.size(), List.of(kinds)));
    }
    for (int i = 0; i < kinds.length; i++) {
      require(net, layers.get(i), kinds[i]);
      if (!names[i].isEmpty()) {
        place(net, layers.get(i), part + names[i]);
      }
    }
  }

  private void require(String net, Hdf5Problem.Layer layer, String kind) {
    if (!layer.kind().equals(kind)) {
      throw file.fault(
          "UNSUPPORTED",
          net + "/" + layer.index(),
          "found a layer of kind " + layer.kind() + ", expected " + kind);
    }
    boolean isParametric = kind.equals("linear") || kind.equals("layernorm");
    file.requireKnown(net + "/" + layer.index(), isParametric ? LEAVES : List.of());
  }

  private void place(String net, Hdf5Problem.Layer layer, String parameter) {
    for (String leaf : LEAVES) {
      places.put(net + "/" + layer.index() + "/" + leaf, parameter + "/" + leaf);
    }
  }
}
