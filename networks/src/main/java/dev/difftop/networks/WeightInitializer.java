package dev.difftop.networks;

import dev.difftop.api.array.Initializer;

/** Initial distribution of the weights of a network; biases start at zero. */
public enum WeightInitializer {
  /** Orthonormal rows or columns. */
  ORTHOGONAL {
    @Override
    public Initializer initializer(double gain) {
      return new Initializer.Orthogonal(gain);
    }
  },
  /** Uniform with variance 2 / inputs (He et al. 2015), meant for ReLU and its kin. */
  KAIMING {
    @Override
    public Initializer initializer(double gain) {
      return new Initializer.Kaiming(gain * Math.sqrt(2));
    }
  },
  /** Uniform with variance 2 / (inputs + outputs) (Glorot and Bengio 2010), meant for tanh. */
  XAVIER {
    @Override
    public Initializer initializer(double gain) {
      return new Initializer.Xavier(gain);
    }
  },
  /** Uniform in ±1 / sqrt(inputs). */
  UNIFORM {
    @Override
    public Initializer initializer(double gain) {
      return new Initializer.Kaiming(gain / Math.sqrt(3));
    }
  },
  /** All zero: for networks that are to begin as constants. Without hidden layers it can learn. */
  ZERO {
    @Override
    public Initializer initializer(double gain) {
      return new Initializer.Constant(0);
    }
  };

  /** The initializer of one layer, times a factor. */
  public abstract Initializer initializer(double gain);
}
