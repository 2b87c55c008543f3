// Every family that ships. Add a family here and in registry.cc; add a type in its family's own list.
#pragma once

#include "type/class.h"

namespace pratique {

const Family& LinearFamily();
const Family& TreeFamily();
const Family& PreprocessingFamily();
const Family& NaiveBayesFamily();
const Family& GaussianProcessFamily();
const Family& KernelFamily();
const Family& MixtureFamily();
const Family& DecompositionFamily();
const Family& ClusterFamily();
const Family& NeuralFamily();
const Family& DummyFamily();
const Family& SvmFamily();
const Family& NeighborsFamily();
const Family& TextFamily();
const Family& BoostingFamily();
const Family& XGBoostFamily();
const Family& LightGbmFamily();
const Family& ComposeFamily();
const Family& EnsembleFamily();
const Family& MetaFamily();
const Family& ImageFamily();
const Family& InspectionFamily();
const Family& FeatureSelectionFamily();

}  // namespace pratique
