package dev.difftop.engine.nd4j;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.engine.nd4j.product.Precision;
import dev.difftop.engine.nd4j.product.ProductLibrary;

/** Settings of the engine. */
public record Nd4jEngineConfig(
    @Doc(
            "whether compiled programs look for infinite numbers and NaN after every operation, and name the first"
                + " that made one; slow, for finding out where numbers go wrong")
        @Default("false")
        boolean checkFinite,
    @Doc(
            "library for products in float32: auto takes onednn where the processor has AVX-512 and"
                + " it can be loaded, else openblas; float64 is always openblas")
        @Default("auto")
        ProductLibrary products,
    @Doc(
            "operands of products in float32 programs: float32, or mixed, which rounds them to bfloat16"
                + " and sums in float32; mixed needs onednn and a processor with AVX-512 BF16, and"
                + " refuses float64")
        @Default("float32")
        Precision precision) {}
