package dev.difftop.learning.run;

import dev.difftop.api.Chosen;
import dev.difftop.api.config.Doc;
import dev.difftop.api.dataset.Dataset;

/** The dataset of a run by itself: its files are those whose contents a run records. */
record DatasetFiles(@Doc("the demonstrations") Chosen<Dataset> dataset) {}
