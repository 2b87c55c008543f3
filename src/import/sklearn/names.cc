#include "import/sklearn/names.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "import/sklearn/numpy_functions.h"
#include "import/sklearn/search_names.h"
#include "import/value/calls.h"
#include "import/value/names.h"

namespace pratique {
namespace {

// What may stand in a model as data: in a hyperparameter, or beside the model in a bundle. Canonical names.
constexpr pickle::Name kData[] = {
    {"_io", "BytesIO"},
    {"_io", "StringIO"},
    {"array", "array"},
    {"builtins", "Ellipsis"},
    {"builtins", "NoneType"},
    {"builtins", "NotImplemented"},
    {"builtins", "bool"},
    {"builtins", "bytes"},
    {"builtins", "complex"},
    {"builtins", "dict"},
    {"builtins", "float"},
    {"builtins", "frozenset"},
    {"builtins", "int"},
    {"builtins", "list"},
    {"builtins", "object"},
    {"builtins", "range"},
    {"builtins", "set"},
    {"builtins", "slice"},
    {"builtins", "str"},
    {"builtins", "tuple"},
    {"collections", "ChainMap"},
    {"collections", "Counter"},
    {"collections", "OrderedDict"},
    {"collections", "UserDict"},
    {"collections", "UserList"},
    {"collections", "UserString"},
    {"collections", "defaultdict"},
    {"collections", "deque"},
    {"datetime", "date"},
    {"datetime", "datetime"},
    {"datetime", "timedelta"},
    {"datetime", "timezone"},
    {"dateutil.relativedelta", "relativedelta"},
    {"http", "HTTPStatus"},
    {"joblib._store_backends", "FileSystemStoreBackend"},
    {"joblib.memory", "Memory"},
    {"joblib.numpy_pickle", "NDArrayWrapper"},
    {"joblib.numpy_pickle", "NumpyArrayWrapper"},
    {"joblib.numpy_pickle", "ZNDArrayWrapper"},
    {"numpy", "amax"},
    {"numpy", "amin"},
    {"numpy", "bool"},
    {"numpy", "bool_"},
    {"numpy", "bytes_"},
    {"numpy", "clongdouble"},
    {"numpy", "complex128"},
    {"numpy", "complex64"},
    {"numpy", "datetime64"},
    {"numpy", "dtype"},
    {"numpy", "float16"},
    {"numpy", "float32"},
    {"numpy", "float64"},
    {"numpy", "floating"},
    {"numpy", "generic"},
    {"numpy", "inexact"},
    {"numpy", "int16"},
    {"numpy", "int32"},
    {"numpy", "int64"},
    {"numpy", "int8"},
    {"numpy", "integer"},
    {"numpy", "longdouble"},
    {"numpy", "matrix"},
    {"numpy", "max"},
    {"numpy", "mean"},
    {"numpy", "median"},
    {"numpy", "memmap"},
    {"numpy", "min"},
    {"numpy", "ndarray"},
    {"numpy", "number"},
    {"numpy", "object_"},
    {"numpy", "poly1d"},
    {"numpy", "recarray"},
    {"numpy", "record"},
    {"numpy", "signedinteger"},
    {"numpy", "str_"},
    {"numpy", "timedelta64"},
    {"numpy", "uint16"},
    {"numpy", "uint32"},
    {"numpy", "uint64"},
    {"numpy", "uint8"},
    {"numpy", "unsignedinteger"},
    {"numpy", "void"},
    {"numpy.ma", "MaskedArray"},
    {"numpy.ma.core", "MaskedArray"},
    {"numpy.ma.core", "MaskedConstant"},
    {"numpy.ma.core", "mvoid"},
    {"numpy.polynomial.polynomial", "Polynomial"},
    {"numpy.random", "RandomState"},
    {"numpy.random._generator", "Generator"},
    {"numpy.random._mt19937", "MT19937"},
    {"numpy.random._pcg64", "PCG64"},
    {"numpy.random._pcg64", "PCG64DXSM"},
    {"numpy.random._philox", "Philox"},
    {"numpy.random._pickle", "__bit_generator_ctor"},
    {"numpy.random._pickle", "__generator_ctor"},
    {"numpy.random._pickle", "__randomstate_ctor"},
    {"numpy.random._sfc64", "SFC64"},
    {"numpy.random.bit_generator", "SeedSequence"},
    {"numpy.random.mtrand", "RandomState"},
    {"pandas", "ArrowDtype"},
    {"pandas", "BooleanDtype"},
    {"pandas", "Categorical"},
    {"pandas", "CategoricalDtype"},
    {"pandas", "CategoricalIndex"},
    {"pandas", "DataFrame"},
    {"pandas", "DateOffset"},
    {"pandas", "DatetimeIndex"},
    {"pandas", "DatetimeTZDtype"},
    {"pandas", "Float32Dtype"},
    {"pandas", "Float64Dtype"},
    {"pandas", "Index"},
    {"pandas", "Int16Dtype"},
    {"pandas", "Int32Dtype"},
    {"pandas", "Int64Dtype"},
    {"pandas", "Int64Index"},
    {"pandas", "Int8Dtype"},
    {"pandas", "Interval"},
    {"pandas", "IntervalDtype"},
    {"pandas", "IntervalIndex"},
    {"pandas", "MultiIndex"},
    {"pandas", "NA"},
    {"pandas", "NaT"},
    {"pandas", "Period"},
    {"pandas", "PeriodDtype"},
    {"pandas", "PeriodIndex"},
    {"pandas", "RangeIndex"},
    {"pandas", "Series"},
    {"pandas", "SparseDtype"},
    {"pandas", "StringDtype"},
    {"pandas", "Timedelta"},
    {"pandas", "TimedeltaIndex"},
    {"pandas", "Timestamp"},
    {"pandas", "UInt16Dtype"},
    {"pandas", "UInt32Dtype"},
    {"pandas", "UInt64Dtype"},
    {"pandas", "UInt8Dtype"},
    {"pandas._libs.interval", "Interval"},
    {"pandas._libs.missing", "NA"},
    {"pandas._libs.tslibs.nattype", "NaT"},
    {"pandas._libs.tslibs.offsets", "DateOffset"},
    {"pandas._libs.tslibs.period", "Period"},
    {"pandas._libs.tslibs.timedeltas", "Timedelta"},
    {"pandas._libs.tslibs.timestamps", "Timestamp"},
    {"pandas.arrays", "ArrowExtensionArray"},
    {"pandas.arrays", "ArrowStringArray"},
    {"pandas.arrays", "ArrowStringArrayNumpySemantics"},
    {"pandas.arrays", "BooleanArray"},
    {"pandas.arrays", "Categorical"},
    {"pandas.arrays", "DatetimeArray"},
    {"pandas.arrays", "FloatingArray"},
    {"pandas.arrays", "IntegerArray"},
    {"pandas.arrays", "IntervalArray"},
    {"pandas.arrays", "NumpyExtensionArray"},
    {"pandas.arrays", "PeriodArray"},
    {"pandas.arrays", "SparseArray"},
    {"pandas.arrays", "StringArray"},
    {"pandas.arrays", "StringArrayNumpySemantics"},
    {"pandas.arrays", "TimedeltaArray"},
    {"pandas.core.arrays", "ArrowExtensionArray"},
    {"pandas.core.arrays", "ArrowStringArray"},
    {"pandas.core.arrays", "BooleanArray"},
    {"pandas.core.arrays", "Categorical"},
    {"pandas.core.arrays", "DatetimeArray"},
    {"pandas.core.arrays", "FloatingArray"},
    {"pandas.core.arrays", "IntegerArray"},
    {"pandas.core.arrays", "IntervalArray"},
    {"pandas.core.arrays", "NumpyExtensionArray"},
    {"pandas.core.arrays", "PeriodArray"},
    {"pandas.core.arrays", "SparseArray"},
    {"pandas.core.arrays", "StringArray"},
    {"pandas.core.arrays", "TimedeltaArray"},
    {"pandas.core.arrays.arrow.array", "ArrowExtensionArray"},
    {"pandas.core.arrays.arrow.dtype", "ArrowDtype"},
    {"pandas.core.arrays.boolean", "BooleanArray"},
    {"pandas.core.arrays.boolean", "BooleanDtype"},
    {"pandas.core.arrays.categorical", "Categorical"},
    {"pandas.core.arrays.datetimes", "DatetimeArray"},
    {"pandas.core.arrays.floating", "Float32Dtype"},
    {"pandas.core.arrays.floating", "Float64Dtype"},
    {"pandas.core.arrays.floating", "FloatingArray"},
    {"pandas.core.arrays.integer", "Int16Dtype"},
    {"pandas.core.arrays.integer", "Int32Dtype"},
    {"pandas.core.arrays.integer", "Int64Dtype"},
    {"pandas.core.arrays.integer", "Int8Dtype"},
    {"pandas.core.arrays.integer", "IntegerArray"},
    {"pandas.core.arrays.integer", "UInt16Dtype"},
    {"pandas.core.arrays.integer", "UInt32Dtype"},
    {"pandas.core.arrays.integer", "UInt64Dtype"},
    {"pandas.core.arrays.integer", "UInt8Dtype"},
    {"pandas.core.arrays.interval", "IntervalArray"},
    {"pandas.core.arrays.numpy_", "NumpyExtensionArray"},
    {"pandas.core.arrays.numpy_", "PandasArray"},
    {"pandas.core.arrays.period", "PeriodArray"},
    {"pandas.core.arrays.sparse.array", "SparseArray"},
    {"pandas.core.arrays.sparse.dtype", "SparseDtype"},
    {"pandas.core.arrays.string_", "StringArray"},
    {"pandas.core.arrays.string_", "StringArrayNumpySemantics"},
    {"pandas.core.arrays.string_", "StringDtype"},
    {"pandas.core.arrays.string_arrow", "ArrowStringArray"},
    {"pandas.core.arrays.string_arrow", "ArrowStringArrayNumpySemantics"},
    {"pandas.core.arrays.timedeltas", "TimedeltaArray"},
    {"pandas.core.dtypes.dtypes", "ArrowDtype"},
    {"pandas.core.dtypes.dtypes", "CategoricalDtype"},
    {"pandas.core.dtypes.dtypes", "DatetimeTZDtype"},
    {"pandas.core.dtypes.dtypes", "IntervalDtype"},
    {"pandas.core.dtypes.dtypes", "PeriodDtype"},
    {"pandas.core.dtypes.dtypes", "SparseDtype"},
    {"pandas.core.frame", "DataFrame"},
    {"pandas.core.indexes.base", "Index"},
    {"pandas.core.indexes.category", "CategoricalIndex"},
    {"pandas.core.indexes.datetimes", "DatetimeIndex"},
    {"pandas.core.indexes.frozen", "FrozenList"},
    {"pandas.core.indexes.interval", "IntervalIndex"},
    {"pandas.core.indexes.multi", "MultiIndex"},
    {"pandas.core.indexes.numeric", "Float64Index"},
    {"pandas.core.indexes.numeric", "Int64Index"},
    {"pandas.core.indexes.numeric", "UInt64Index"},
    {"pandas.core.indexes.period", "PeriodIndex"},
    {"pandas.core.indexes.range", "RangeIndex"},
    {"pandas.core.indexes.timedeltas", "TimedeltaIndex"},
    {"pandas.core.internals.managers", "BlockManager"},
    {"pandas.core.internals.managers", "SingleBlockManager"},
    {"pandas.core.series", "Series"},
    {"scipy._lib.array_api_compat.numpy._aliases", "asarray"},
    {"scipy.interpolate._bsplines", "BSpline"},
    {"scipy.sparse._arrays", "bsr_array"},
    {"scipy.sparse._arrays", "coo_array"},
    {"scipy.sparse._arrays", "csc_array"},
    {"scipy.sparse._arrays", "csr_array"},
    {"scipy.sparse._arrays", "dia_array"},
    {"scipy.sparse._arrays", "dok_array"},
    {"scipy.sparse._arrays", "lil_array"},
    {"scipy.sparse._bsr", "bsr_array"},
    {"scipy.sparse._bsr", "bsr_matrix"},
    {"scipy.sparse._coo", "coo_array"},
    {"scipy.sparse._coo", "coo_matrix"},
    {"scipy.sparse._csc", "csc_array"},
    {"scipy.sparse._csc", "csc_matrix"},
    {"scipy.sparse._csr", "csr_array"},
    {"scipy.sparse._csr", "csr_matrix"},
    {"scipy.sparse._dia", "dia_array"},
    {"scipy.sparse._dia", "dia_matrix"},
    {"scipy.sparse._dok", "dok_array"},
    {"scipy.sparse._dok", "dok_matrix"},
    {"scipy.sparse._lil", "lil_array"},
    {"scipy.sparse._lil", "lil_matrix"},
    {"scipy.sparse.bsr", "bsr_matrix"},
    {"scipy.sparse.coo", "coo_matrix"},
    {"scipy.sparse.csc", "csc_matrix"},
    {"scipy.sparse.csr", "csr_matrix"},
    {"scipy.sparse.dia", "dia_matrix"},
    {"scipy.sparse.dok", "dok_matrix"},
    {"scipy.sparse.lil", "lil_matrix"},
    {"sklearn._loss._loss", "CyAbsoluteError"},
    {"sklearn._loss._loss", "CyExponentialLoss"},
    {"sklearn._loss._loss", "CyHalfBinomialLoss"},
    {"sklearn._loss._loss", "CyHalfGammaLoss"},
    {"sklearn._loss._loss", "CyHalfMultinomialLoss"},
    {"sklearn._loss._loss", "CyHalfPoissonLoss"},
    {"sklearn._loss._loss", "CyHalfSquaredError"},
    {"sklearn._loss._loss", "CyHalfTweedieLoss"},
    {"sklearn._loss._loss", "CyHalfTweedieLossIdentity"},
    {"sklearn._loss._loss", "CyHuberLoss"},
    {"sklearn._loss._loss", "CyPinballLoss"},
    {"sklearn._loss.glm_distribution", "DistributionBoundary"},
    {"sklearn._loss.glm_distribution", "GammaDistribution"},
    {"sklearn._loss.glm_distribution", "InverseGaussianDistribution"},
    {"sklearn._loss.glm_distribution", "NormalDistribution"},
    {"sklearn._loss.glm_distribution", "PoissonDistribution"},
    {"sklearn._loss.glm_distribution", "TweedieDistribution"},
    {"sklearn._loss.link", "HalfLogitLink"},
    {"sklearn._loss.link", "IdentityLink"},
    {"sklearn._loss.link", "Interval"},
    {"sklearn._loss.link", "LogLink"},
    {"sklearn._loss.link", "LogitLink"},
    {"sklearn._loss.link", "MultinomialLogit"},
    {"sklearn._loss.loss", "AbsoluteError"},
    {"sklearn._loss.loss", "ExponentialLoss"},
    {"sklearn._loss.loss", "HalfBinomialLoss"},
    {"sklearn._loss.loss", "HalfGammaLoss"},
    {"sklearn._loss.loss", "HalfMultinomialLoss"},
    {"sklearn._loss.loss", "HalfPoissonLoss"},
    {"sklearn._loss.loss", "HalfSquaredError"},
    {"sklearn._loss.loss", "HalfTweedieLoss"},
    {"sklearn._loss.loss", "HalfTweedieLossIdentity"},
    {"sklearn._loss.loss", "HuberLoss"},
    {"sklearn._loss.loss", "PinballLoss"},
    {"sklearn.calibration", "_CalibratedClassifier"},
    {"sklearn.calibration", "_SigmoidCalibration"},
    {"sklearn.calibration", "_TemperatureScaling"},
    {"sklearn.cluster._birch", "_CFNode"},
    {"sklearn.cluster._birch", "_CFSubcluster"},
    {"sklearn.cluster._bisect_k_means", "_BisectingTree"},
    {"sklearn.cluster._kmeans", "_kmeans_single_elkan"},
    {"sklearn.cluster._kmeans", "_kmeans_single_lloyd"},
    {"sklearn.compose._column_transformer", "_RemainderColsList"},
    {"sklearn.compose._column_transformer", "make_column_selector"},
    {"sklearn.covariance._graph_lasso", "_DictWithDeprecatedKeys"},
    {"sklearn.ensemble._gb_losses", "BinomialDeviance"},
    {"sklearn.ensemble._gb_losses", "ExponentialLoss"},
    {"sklearn.ensemble._gb_losses", "HuberLossFunction"},
    {"sklearn.ensemble._gb_losses", "LeastAbsoluteError"},
    {"sklearn.ensemble._gb_losses", "LeastSquaresError"},
    {"sklearn.ensemble._gb_losses", "MultinomialDeviance"},
    {"sklearn.ensemble._gb_losses", "QuantileLossFunction"},
    {"sklearn.ensemble._hist_gradient_boosting.binning", "_BinMapper"},
    {"sklearn.ensemble._hist_gradient_boosting.loss", "BinaryCrossEntropy"},
    {"sklearn.ensemble._hist_gradient_boosting.loss", "CategoricalCrossEntropy"},
    {"sklearn.ensemble._hist_gradient_boosting.loss", "LeastAbsoluteDeviation"},
    {"sklearn.ensemble._hist_gradient_boosting.loss", "LeastSquares"},
    {"sklearn.ensemble._hist_gradient_boosting.loss", "Poisson"},
    {"sklearn.ensemble._hist_gradient_boosting.predictor", "TreePredictor"},
    {"sklearn.feature_selection._mutual_info", "mutual_info_classif"},
    {"sklearn.feature_selection._mutual_info", "mutual_info_regression"},
    {"sklearn.feature_selection._univariate_selection", "chi2"},
    {"sklearn.feature_selection._univariate_selection", "f_classif"},
    {"sklearn.feature_selection._univariate_selection", "f_oneway"},
    {"sklearn.feature_selection._univariate_selection", "f_regression"},
    {"sklearn.feature_selection._univariate_selection", "r_regression"},
    {"sklearn.gaussian_process._gpc", "_BinaryGaussianProcessClassifierLaplace"},
    {"sklearn.gaussian_process.kernels", "CompoundKernel"},
    {"sklearn.gaussian_process.kernels", "ConstantKernel"},
    {"sklearn.gaussian_process.kernels", "DotProduct"},
    {"sklearn.gaussian_process.kernels", "ExpSineSquared"},
    {"sklearn.gaussian_process.kernels", "Exponentiation"},
    {"sklearn.gaussian_process.kernels", "Matern"},
    {"sklearn.gaussian_process.kernels", "PairwiseKernel"},
    {"sklearn.gaussian_process.kernels", "Product"},
    {"sklearn.gaussian_process.kernels", "RBF"},
    {"sklearn.gaussian_process.kernels", "RationalQuadratic"},
    {"sklearn.gaussian_process.kernels", "Sum"},
    {"sklearn.gaussian_process.kernels", "WhiteKernel"},
    {"sklearn.impute._iterative", "_ImputerTriplet"},
    {"sklearn.linear_model._glm.link", "IdentityLink"},
    {"sklearn.linear_model._glm.link", "LogLink"},
    {"sklearn.metrics._classification", "accuracy_score"},
    {"sklearn.metrics._classification", "balanced_accuracy_score"},
    {"sklearn.metrics._classification", "f1_score"},
    {"sklearn.metrics._classification", "log_loss"},
    {"sklearn.metrics._dist_metrics", "BrayCurtisDistance"},
    {"sklearn.metrics._dist_metrics", "BrayCurtisDistance64"},
    {"sklearn.metrics._dist_metrics", "CanberraDistance"},
    {"sklearn.metrics._dist_metrics", "CanberraDistance64"},
    {"sklearn.metrics._dist_metrics", "ChebyshevDistance"},
    {"sklearn.metrics._dist_metrics", "ChebyshevDistance64"},
    {"sklearn.metrics._dist_metrics", "DiceDistance"},
    {"sklearn.metrics._dist_metrics", "DiceDistance64"},
    {"sklearn.metrics._dist_metrics", "EuclideanDistance"},
    {"sklearn.metrics._dist_metrics", "EuclideanDistance64"},
    {"sklearn.metrics._dist_metrics", "HammingDistance"},
    {"sklearn.metrics._dist_metrics", "HammingDistance64"},
    {"sklearn.metrics._dist_metrics", "HaversineDistance"},
    {"sklearn.metrics._dist_metrics", "HaversineDistance64"},
    {"sklearn.metrics._dist_metrics", "JaccardDistance"},
    {"sklearn.metrics._dist_metrics", "JaccardDistance64"},
    {"sklearn.metrics._dist_metrics", "MahalanobisDistance"},
    {"sklearn.metrics._dist_metrics", "MahalanobisDistance64"},
    {"sklearn.metrics._dist_metrics", "ManhattanDistance"},
    {"sklearn.metrics._dist_metrics", "ManhattanDistance64"},
    {"sklearn.metrics._dist_metrics", "MinkowskiDistance"},
    {"sklearn.metrics._dist_metrics", "MinkowskiDistance64"},
    {"sklearn.metrics._dist_metrics", "RogersTanimotoDistance"},
    {"sklearn.metrics._dist_metrics", "RogersTanimotoDistance64"},
    {"sklearn.metrics._dist_metrics", "RussellRaoDistance"},
    {"sklearn.metrics._dist_metrics", "RussellRaoDistance64"},
    {"sklearn.metrics._dist_metrics", "SEuclideanDistance"},
    {"sklearn.metrics._dist_metrics", "SEuclideanDistance64"},
    {"sklearn.metrics._dist_metrics", "SokalMichenerDistance"},
    {"sklearn.metrics._dist_metrics", "SokalMichenerDistance64"},
    {"sklearn.metrics._dist_metrics", "SokalSneathDistance"},
    {"sklearn.metrics._dist_metrics", "SokalSneathDistance64"},
    {"sklearn.metrics._ranking", "average_precision_score"},
    {"sklearn.metrics._ranking", "roc_auc_score"},
    {"sklearn.metrics._regression", "mean_absolute_error"},
    {"sklearn.metrics._regression", "mean_squared_error"},
    {"sklearn.metrics._regression", "r2_score"},
    {"sklearn.metrics._scorer", "_PassthroughScorer"},
    {"sklearn.metrics._scorer", "_PredictScorer"},
    {"sklearn.metrics._scorer", "_ProbaScorer"},
    {"sklearn.metrics._scorer", "_Scorer"},
    {"sklearn.metrics._scorer", "_ThresholdScorer"},
    {"sklearn.model_selection._split", "GroupKFold"},
    {"sklearn.model_selection._split", "GroupShuffleSplit"},
    {"sklearn.model_selection._split", "KFold"},
    {"sklearn.model_selection._split", "LeaveOneGroupOut"},
    {"sklearn.model_selection._split", "LeaveOneOut"},
    {"sklearn.model_selection._split", "LeavePGroupsOut"},
    {"sklearn.model_selection._split", "LeavePOut"},
    {"sklearn.model_selection._split", "PredefinedSplit"},
    {"sklearn.model_selection._split", "RepeatedKFold"},
    {"sklearn.model_selection._split", "RepeatedStratifiedKFold"},
    {"sklearn.model_selection._split", "ShuffleSplit"},
    {"sklearn.model_selection._split", "StratifiedGroupKFold"},
    {"sklearn.model_selection._split", "StratifiedKFold"},
    {"sklearn.model_selection._split", "StratifiedShuffleSplit"},
    {"sklearn.model_selection._split", "TimeSeriesSplit"},
    {"sklearn.multiclass", "_ConstantPredictor"},
    {"sklearn.neighbors._ball_tree", "BallTree"},
    {"sklearn.neighbors._kd_tree", "KDTree"},
    {"sklearn.neural_network._stochastic_optimizers", "AdamOptimizer"},
    {"sklearn.neural_network._stochastic_optimizers", "SGDOptimizer"},
    {"sklearn.tree._tree", "Tree"},
    {"sklearn.utils", "Bunch"},
    {"sklearn.utils._bunch", "Bunch"},
    {"sklearn.utils._metadata_requests", "MetadataRequest"},
    {"sklearn.utils._metadata_requests", "MethodMetadataRequest"},
    {"sklearn.utils.validation", "check_array"},
    {"string", "Template"},
    {"urllib.parse", "ParseResult"},
    {"urllib.parse", "SplitResult"},
    {"uuid", "UUID"},
    {"xgboost.compat", "XGBoostLabelEncoder"},
    {"zoneinfo", "ZoneInfo"},
};

using Global = graph::Graph::Global;

bool IsUnsupported(const graph::Node& node, const Registry& registry) {
  const std::string name = absl::StrCat(std::string(node.module), ".", std::string(node.name));
  return registry.FindAlias(name) == nullptr && registry.IsKnown(name);
}

Rejection Judged(const Global& global, Reason reason, const char* code, const char* is, const char* help) {
  const std::string name = absl::StrCat(Escape(global.module), ".", Escape(global.name));
  return {.stage = Stage::kAudit,
          .reason = reason,
          .code = code,
          .offset = global.offset,
          .got = name,
          .message = absl::StrCat("the file names ", name, ", ", is),
          .help = help};
}

Rejection Dangerous(const Global& global) {
  return Judged(global, Reason::kDangerous, "type.dangerous", "a known means of attack",
                "Do not load this file in Python.");
}

Rejection RunsCode(const graph::Node& distribution) {
  const std::string name = absl::StrCat(Escape(distribution.module), ".", Escape(distribution.name));
  return {.stage = Stage::kAudit,
          .reason = Reason::kDangerous,
          .code = "type.dangerous",
          .offset = distribution.offset,
          .got = name,
          .message = absl::StrCat("a ", name, " brings its own _parse_arg_template, which Python runs as code"),
          .help = "Do not load this file in Python."};
}

Rejection Unknown(const Global& global) {
  return Judged(global, Reason::kUnsupported, "type.unknown", "which is not known as a part of any model",
                "Python would import its module. If it is yours, save the estimator without it.");
}

// Whether some value holds the name, beside the calls of it.
bool IsHeld(const graph::Graph& graph, const Global& global) {
  const auto is_it = [&](graph::Id id) {
    return id != graph::kNoId && graph[id].kind == graph::Kind::kGlobal && graph[id].name == global.name &&
           graph[id].module == global.module;
  };
  for (graph::Id id = 0; id < graph.size(); ++id) {
    const graph::Node& node = graph[id];
    for (const auto* ids : {&node.items, &node.list_items, &node.dict_items}) {
      if (std::ranges::any_of(*ids, is_it)) return true;
    }
    if (is_it(node.state)) return true;
  }
  return is_it(graph.root);
}

// A call that was read is on the closed list, with the arguments that its schema has.
bool IsDangerous(const graph::Graph& graph, const Global& global) {
  return pickle::IsDangerous(global.module, global.name) && (!global.called || IsHeld(graph, global));
}

bool IsData(std::string_view module, std::string_view name) {
  return std::ranges::any_of(kData, [&](const pickle::Name& n) { return n.module == module && n.name == name; });
}

bool IsKnown(const graph::Graph& graph, const Global& global, const Registry& registry) {
  using Result = pickle::Call::Result;
  const pickle::Call* call = global.called ? pickle::FindCall(global.module, global.name) : nullptr;
  if (call != nullptr && call->result == Result::kReaches) return false;
  if (call != nullptr && (call->result == Result::kOwn || !IsHeld(graph, global))) return true;
  if (IsData(global.module, global.name) || NumpyFunction(global.module, global.name)) return true;
  if (IsOfSearch(global.module, global.name)) return true;
  if (IsPartOfDistribution(graph, global.module, global.name)) return true;
  return registry.FindAlias(absl::StrCat(global.module, ".", global.name)) != nullptr;
}

// A class that is known may still have no form here.
Rejection NotRead(const Global& global, const Registry& registry) {
  if (!registry.IsKnown(absl::StrCat(global.module, ".", global.name))) return Unknown(global);
  return Judged(global, Reason::kUnsupported, "type.unsupported", "which is known but not supported", "");
}

using Names = std::set<std::pair<std::string_view, std::string_view>>;

// scikit-learn's own names that stand nowhere but inside estimators that are not supported: a gradient boosting's
// losses, links and encoders. The estimator is the finding, they say nothing more.
Names PartsOfUnsupported(const graph::Graph& graph, const Registry& registry) {
  Names outside, inside;
  std::vector<bool> seen(graph.size(), false);
  std::vector<graph::Id> open = {graph.root}, within;
  auto visit = [&](std::vector<graph::Id>& stack, Names& names, bool stop_at_unsupported) {
    while (!stack.empty()) {
      const graph::Id id = stack.back();
      stack.pop_back();
      if (id == graph::kNoId || seen[id]) continue;
      seen[id] = true;
      const graph::Node& node = graph[id];
      const bool named = node.kind == graph::Kind::kObject || node.kind == graph::Kind::kGlobal;
      if (named) names.emplace(node.module, node.name);
      const bool stop = stop_at_unsupported && node.kind == graph::Kind::kObject && IsUnsupported(node, registry);
      std::vector<graph::Id>& next = stop ? within : stack;
      for (const auto* ids : {&node.items, &node.list_items, &node.dict_items})
        next.insert(next.end(), ids->begin(), ids->end());
      next.push_back(node.state);
    }
  };
  visit(open, outside, true);
  visit(within, inside, false);
  std::erase_if(inside,
                [&](const auto& name) { return outside.contains(name) || !name.first.starts_with("sklearn."); });
  return inside;
}

}  // namespace

bool IsPlainData(std::string_view module, std::string_view name) {
  // Frames and times are made by calls of the closed list.
  if (!IsData(module, name) && pickle::FindCall(module, name) == nullptr) return false;
  if (name == "Bunch") return true;
  constexpr std::string_view kOfData[] = {"array",   "builtins",  "collections", "dateutil", "datetime",
                                          "decimal", "fractions", "numpy",       "pandas",   "pathlib",
                                          "pytz",    "scipy",     "time",        "uuid",     "zoneinfo"};
  const bool of_data = std::ranges::find(kOfData, module.substr(0, module.find('.'))) != std::ranges::end(kOfData);
  return of_data && !module.starts_with("numpy.random") && name != "mean";
}

std::optional<Rejection> FindDangerous(const graph::Graph& graph) {
  for (const Global& global : graph.globals) {
    if (IsDangerous(graph, global)) return Dangerous(global);
  }
  if (const graph::Id id = FindHostileDistribution(graph); id != graph::kNoId) return RunsCode(graph[id]);
  return std::nullopt;
}

std::optional<Rejection> FindUnknown(const graph::Graph& graph, const Registry& registry) {
  for (const Global& global : graph.globals) {
    if (!IsKnown(graph, global, registry)) return NotRead(global, registry);
  }
  return std::nullopt;
}

Refusals RefusedNames(const graph::Graph& graph, const Registry& registry) {
  const Names parts = PartsOfUnsupported(graph, registry);
  Refusals refused;
  for (const Global& global : graph.globals) {
    const bool dangerous = IsDangerous(graph, global);
    if (!dangerous && (IsKnown(graph, global, registry) || parts.contains({global.module, global.name}))) continue;
    if (++refused.total > kMostNames) continue;
    refused.listed.push_back(dangerous ? Dangerous(global) : NotRead(global, registry));
  }
  return refused;
}

}  // namespace pratique
