"""The data sets by name. Licences are those that the sources state; see each entry."""

from __future__ import annotations

from medwidget.datasets.info import DatasetInfo

__all__ = ["REGISTRY"]

_ENTRIES = (
    DatasetInfo(
        name="diary",
        file="diary.csv",
        title="Daily work stressors and relationship dissatisfaction",
        description=(
            "A daily diary kept for 21 days by 100 persons: do work stressors carry over into "
            "dissatisfaction with the relationship by way of dissatisfaction with work? The data "
            "are simulated to resemble a real study. Persons hardly differ in their average number "
            "of stressors, so the between part of the exposure holds no information."
        ),
        origin="simulated",
        n_rows=2100,
        columns={
            "id": "person",
            "time": "day of the diary, 1 to 21",
            "fwkstrs": "number of work stressors on that day, 0 to 6",
            "fwkdis": "dissatisfaction with work, rating from 0 to 10",
            "freldis": "dissatisfaction with the relationship, rating from 0 to 10",
        },
        group="id",
        exposure="fwkstrs",
        mediators=("fwkdis",),
        outcome="freldis",
        source="R package bmlm 1.3.15, data set BLch9 (without its person-mean centred copies)",
        licence="GPL (>= 3)",
        citation=(
            "Bolger, N., & Laurenceau, J.-P. (2013). Intensive longitudinal methods: An "
            "introduction to diary and experience sampling research (chapter 9). Guilford."
        ),
    ),
    DatasetInfo(
        name="army",
        file="army.csv",
        title="Work hours, leadership, cohesion and well-being in army companies",
        description=(
            "Soldiers in 99 companies of the United States Army. Long work hours may lower "
            "well-being because leadership and cohesion are seen as worse; the paths differ within "
            "and between companies."
        ),
        origin="observed",
        n_rows=7382,
        columns={
            "GRP": "company",
            "HRS": "work hours a day",
            "LEAD": "leadership climate, mean of items from 1 to 5",
            "COHES": "cohesion, mean of items from 1 to 5",
            "WBEING": "well-being, 0 to 5",
        },
        group="GRP",
        exposure="HRS",
        mediators=("LEAD", "COHES"),
        outcome="WBEING",
        source="R package multilevel 2.8, data set bh1996 (without means and deviations)",
        licence="GPL (>= 2)",
        citation=(
            "Bliese, P. D., & Halverson, R. R. (1996). Individual and nomothetic models of job "
            "stress: An examination of work hours, cohesion, and well-being. Journal of Applied "
            "Social Psychology, 26, 1171-1189."
        ),
    ),
    DatasetInfo(
        name="schools",
        file="schools.csv",
        title="Minority status, socio-economic status and mathematics (High School and Beyond)",
        description=(
            "Pupils in 160 high schools, 1982. Minority status, socio-economic status and "
            "achievement vary within and between schools; whether a school is Catholic, its size "
            "and its climate vary between schools only and may serve as moderators or as exposure."
        ),
        origin="observed",
        n_rows=7185,
        columns={
            "school": "school",
            "minority": "1 = member of a racial or ethnic minority",
            "female": "1 = female",
            "ses": "socio-economic status, a standardised composite",
            "mathach": "mathematics achievement score",
            "catholic": "1 = Catholic school, 0 = public school (school level)",
            "size": "number of pupils in the school (school level)",
            "disclim": "disciplinary climate of the school (school level)",
        },
        group="school",
        exposure="minority",
        mediators=("ses",),
        outcome="mathach",
        source="R packages mlmRev 1.0-8, data set Hsb82, and nlme, data set MathAchSchool",
        licence="GPL (>= 2)",
        citation=(
            "Raudenbush, S. W., & Bryk, A. S. (2002). Hierarchical linear models: Applications and "
            "data analysis methods (2nd ed., chapter 4). Sage."
        ),
    ),
    DatasetInfo(
        name="bpg",
        file="bpg.csv",
        title="Simulated 1-1-1 data with random slopes (Bauer, Preacher and Gil)",
        description=(
            "The simulated example of the paper that put both equations of a multilevel mediation "
            "model into one likelihood: 100 persons with 8 observations each, and slopes of X on M "
            "and of M on Y that vary and covary over persons."
        ),
        origin="simulated",
        n_rows=800,
        columns={
            "id": "person",
            "x": "predictor",
            "m": "mediator",
            "y": "outcome",
        },
        group="id",
        exposure="x",
        mediators=("m",),
        outcome="y",
        source="R package multilevelmediation 0.5.0, data set BPG06dat",
        licence="GPL-3",
        citation=(
            "Bauer, D. J., Preacher, K. J., & Gil, K. M. (2006). Conceptualizing and testing "
            "random indirect effects and moderated mediation in multilevel models: New procedures "
            "and recommendations. Psychological Methods, 11, 142-163."
        ),
    ),
    DatasetInfo(
        name="students",
        file="students.csv",
        title="School climate, attachment and fights (after the Education Longitudinal Study)",
        description=(
            "Hypothetical tenth-grade students in 568 schools, generated by multiple imputation "
            "after the Education Longitudinal Study of 2002; for illustration, not for conclusions "
            "about schools. Binary mediator and outcome, and columns at both levels."
        ),
        origin="hypothetical",
        n_rows=9679,
        columns={
            "SCH_ID": "school",
            "fight": "1 = has been in a fight at school",
            "attachment": "1 = likes the school",
            "work": "1 = has a part-time job",
            "score": "mathematics score",
            "late": "how often late for school, 1 to 5",
            "coed": "1 = coeducational school (school level)",
            "smorale": "student morale in the school, 2 to 5 (school level)",
            "gender": "1 = female",
            "income": "family income, ordered categories 1 to 16",
            "free": "share of students with free lunch, ordered categories 1 to 7 (school level)",
            "pared": "parents' education, 0 or 1",
            "catholic": "1 = Catholic school (school level)",
        },
        group="SCH_ID",
        exposure="pared",
        mediators=("attachment",),
        outcome="fight",
        source="R package mediation 4.5.1, data set student",
        licence="GPL (>= 2)",
        citation=(
            "Tingley, D., Yamamoto, T., Hirose, K., Keele, L., & Imai, K. (2014). mediation: R "
            "package for causal mediation analysis. Journal of Statistical Software, 59(5). "
            "Original study: Education Longitudinal Study of 2002, National Center for Education "
            "Statistics, United States Department of Education."
        ),
    ),
)

REGISTRY = {entry.name: entry for entry in _ENTRIES}
