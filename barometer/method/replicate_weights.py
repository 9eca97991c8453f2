"""Replicate weights of the responses of a release: the sampling variance of anything, with any software.

The without-replacement scaled bootstrap of Chipperfield and Preston (2007), Survey Methodology 33, 167-172, a rescaled
bootstrap (Rao and Wu 1988, Journal of the American Statistical Association 83, 231-241) for large sampling fractions. In
stratum h, with n_h responses, N_h enterprises and f_h = n_h / N_h, each replicate draws m_h = floor(n_h / 2) responses
without replacement; the weight of a response is its final weight times

    1 + λ_h (n_h / m_h · δ − 1),  λ_h = √(m_h (1 − f_h) / (n_h − m_h)),  δ = 1 where drawn, else 0

which is never negative, sums to N_h in each stratum and replicate, and whose variance of a total is
(1 − f_h) · n_h / (n_h − 1) · Σ (y − ȳ)² w². Where n_h ≥ N_h it is 1. Where n_h = 1 there is nothing to draw from: it is
1 ± √(1 − f_h), either sign as likely as the other, which gives the published rule for such a stratum (R:
survey.lonely.psu = "adjust"), whose score is centred at 0.

Strata are those that are weighted together. The draw is the order of md5(`replicate|edition|number|response_key`): anyone can
recompute it, and it depends on no order of rows and on nothing of another edition.

The variance of an estimate is the mean over replicates of the squared difference from the estimate with the final weight. It is
that of sampling, `se_sampling_pct`; of R replicates its root has a relative error of 1 / √(2 R). It does not hold what
imputation leaves open.
"""

import duckdb
import pyarrow as pa

SQL = """
with

members as (

    select
        responses.edition,
        responses.response_key,
        responses.final_weight,
        coalesce(strata.weighting_stratum_id, strata.stratum_id) as stratum_id

    from responses

    inner join strata
        on
            responses.edition = strata.edition
            and responses.stratum_id = strata.stratum_id

),

sizes as (

    select
        edition,
        coalesce(weighting_stratum_id, stratum_id) as stratum_id,
        sum(population_count)::double as population_count,
        sum(usable_count)::double as response_count

    from strata

    group by all

),

draws as (

    select
        members.*,
        sizes.population_count,
        sizes.response_count,
        floor(sizes.response_count / 2) as drawn_count,
        replicates.range as replicate,
        md5(concat_ws('|', 'replicate', members.edition, replicates.range, members.response_key)) as draw

    from members

    inner join sizes
        on
            members.edition = sizes.edition
            and members.stratum_id = sizes.stratum_id

    cross join range(1, $replicates + 1) as replicates

),

places as (

    select
        *,
        row_number() over (
            partition by edition, stratum_id, replicate
            order by draw, response_key
        ) as place

    from draws

)

select
    edition,
    response_key,
    final_weight,
    list(
        final_weight * case
            when response_count >= population_count then 1
            when response_count = 1
                then 1 + if(draw < '8', -1, 1) * sqrt(1 - 1 / population_count)
            else 1 + sqrt(
                drawn_count * (1 - response_count / population_count) / (response_count - drawn_count)
            ) * (if(place <= drawn_count, response_count / drawn_count, 0) - 1)
        end
        order by replicate
    ) as weights

from places

group by edition, response_key, final_weight
order by edition, response_key
"""


def replicate_weights(responses: pa.Table, strata: pa.Table, replicates: int) -> pa.Table:
    """Replicate weights of every response.

    Args:
        responses: edition, response_key, stratum_id and final_weight, as the mart fct_responses has them.
        strata: edition, stratum_id, weighting_stratum_id (null for its own), population_count and usable_count, as
            the mart dim_strata has them.
        replicates: how many.

    Returns:
        A row a response, by edition and response_key: these two, final_weight, and a column a replicate,
        `replicate_weight_1` and on, in enterprises.

    Raises:
        ValueError: fewer than two replicates, which have no variance.
    """
    if replicates < 2:
        raise ValueError(f"replicates: found {replicates}; expected 2 or more")
    with duckdb.connect() as session:
        session.register("responses", responses)
        session.register("strata", strata)
        found = session.execute(SQL, {"replicates": replicates}).to_arrow_table()
    weights = found["weights"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
    weights = weights.reshape(len(found), replicates)
    columns = {name: found[name] for name in ("edition", "response_key", "final_weight")}
    columns |= {f"replicate_weight_{place + 1}": weights[:, place] for place in range(replicates)}
    return pa.table(columns)
