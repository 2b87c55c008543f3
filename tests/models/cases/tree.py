"""Trees and forests."""
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor, RandomForestClassifier, RandomForestRegressor
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor, ExtraTreeClassifier, ExtraTreeRegressor

from cases.shared import LOG, forest, scaled
from rows import everywhere, gappy, num, row

MISSING_IN_TREES = "scikit-learn 1.3 taught decision trees missing values"
MISSING_IN_FORESTS = "scikit-learn 1.4 taught random forests missing values"
MISSING_IN_EXTRA = "scikit-learn 1.6 taught extra trees missing values"

# Trees and forests.
FAMILIES = (
    ("tree", DecisionTreeClassifier, DecisionTreeRegressor, {}, (1, 3), MISSING_IN_TREES),
    ("extra", ExtraTreeClassifier, ExtraTreeRegressor, {}, (1, 6), MISSING_IN_EXTRA),
    ("forest", RandomForestClassifier, RandomForestRegressor, {"n_estimators": 5}, (1, 4), MISSING_IN_FORESTS),
    ("extras", ExtraTreesClassifier, ExtraTreesRegressor, {"n_estimators": 5}, (1, 6), MISSING_IN_EXTRA))
for name, classifier, regressor, size, since, why in FAMILIES:
    def cla(classifier=classifier, size=size, **more):
        return classifier(random_state=0, **size, **more)

    def reg(regressor=regressor, size=size, **more):
        return regressor(random_state=0, **size, **more)

    everywhere(name, cla, num("three"), extra=LOG + ("apply",))
    everywhere(f"{name}_words", cla, num("word3"))
    everywhere(f"{name}_objects", cla, num("object3"))
    everywhere(f"{name}_floats", cla, num("float3"))
    everywhere(f"{name}_bool", cla, num("bool"))
    everywhere(f"{name}_int8", cla, num("int8"))
    everywhere(f"{name}_f32", cla, num("two", dtype="f4"), extra=("apply",))
    everywhere(f"{name}_csr", cla, num("word3", form="csr"), extra=("apply",))
    everywhere(f"{name}_outputs", lambda cla=cla: cla(max_depth=4), num("class23"), extra=LOG)
    everywhere(f"{name}_outputs_words", lambda cla=cla: cla(max_depth=4), num("word23"))
    everywhere(f"{name}_balanced", lambda cla=cla: cla(class_weight="balanced", max_depth=4), num("three"))
    everywhere(f"{name}_weight", lambda cla=cla: cla(max_depth=4), num("word3", weight=True))
    everywhere(f"{name}_entropy", lambda cla=cla: cla(criterion="entropy", min_samples_leaf=5), num("three"))
    everywhere(f"{name}_log_loss", lambda cla=cla: cla(criterion="log_loss", min_samples_leaf=5), num("three"), since=(1, 1),
               why="log_loss is new in 1.1")
    everywhere(f"{name}_best_first", lambda cla=cla: cla(max_leaf_nodes=7), num("word3"))
    everywhere(f"{name}_stump", lambda cla=cla: cla(max_depth=1), num("two"))
    everywhere(f"{name}_one_class", cla, num("one"))
    everywhere(f"{name}_missing", lambda cla=cla: cla(max_depth=5), gappy("word3"), since=since, why=why)
    everywhere(f"{name}_missing_f32", cla, gappy("two", dtype="f4"), since=since, why=why)
    everywhere(f"{name}_monotonic", lambda cla=cla: cla(monotonic_cst=[1, 0, 0, -1, 0, 0], max_depth=4), num("two"),
        since=(1, 4), why="monotonic_cst is new in 1.4")
    everywhere(f"{name}_reg", reg, num("value"), extra=("apply",))
    everywhere(f"{name}_reg_f32", reg, num("value", dtype="f4"))
    everywhere(f"{name}_reg_csr", lambda reg=reg: reg(min_samples_leaf=4), num("value", form="csr"))
    everywhere(f"{name}_reg_outputs", lambda reg=reg: reg(min_samples_leaf=4), num("value2"))
    everywhere(f"{name}_reg_flat", reg, num("flat"))
    everywhere(f"{name}_reg_stump", lambda reg=reg: reg(max_depth=1), num("value"))
    everywhere(f"{name}_reg_weight", lambda reg=reg: reg(max_leaf_nodes=9), num("value", weight=True))
    everywhere(f"{name}_reg_poisson", lambda reg=reg: reg(criterion="poisson", min_samples_leaf=3), num("count"))
    everywhere(f"{name}_reg_absolute", lambda reg=reg: reg(criterion="absolute_error", min_samples_leaf=3), num("value"))
    everywhere(f"{name}_reg_friedman", lambda reg=reg: reg(criterion="friedman_mse", min_samples_leaf=3), num("value"))
    everywhere(f"{name}_reg_missing", lambda reg=reg: reg(min_samples_leaf=3), gappy("value"), since=since, why=why)
    everywhere(f"{name}_reg_monotonic", lambda reg=reg: reg(monotonic_cst=[1, 0, 0, -1, 0, 0], max_depth=4), num("value"),
        since=(1, 4), why="monotonic_cst is new in 1.4")
everywhere("forest_no_bootstrap", lambda: forest(5, bootstrap=False, max_features=2), num("word3"))
everywhere("forest_subsample", lambda: forest(5, class_weight="balanced_subsample", oob_score=True, max_samples=0.5),
    num("two"))
everywhere("forest_ties", lambda: forest(2), num("word3"), note="two trees that disagree tie: the first class wins")
everywhere("forest_shallow", lambda: forest(60, max_depth=3), num("word3"),
    note="fractions in the leaves: the sum shows its order")
everywhere("forest_scaled_reg", lambda: scaled(RandomForestRegressor(25, random_state=0, max_depth=4)), num("value"))

row("tree_paths_missing", lambda: DecisionTreeClassifier(max_depth=5, random_state=0), gappy("word3"), since=(1, 8), extra=("decision_path",),
    why="before, decision_path sends missing values elsewhere than predict", checked_in="never")
row("forest_paths_missing", lambda: RandomForestRegressor(3, max_depth=5, random_state=0), gappy("value"), since=(1, 8), extra=("decision_path",),
    why="before, decision_path sends missing values elsewhere than predict", checked_in="never")
