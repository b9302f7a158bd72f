-- The plan as an expert of DuckDB would write it by hand: the wide table, a row for each enterprise. It is the yardstick of
-- the compiled query, and gives the same cells. It reads the tables as make_tables.py types them.
--
-- Each list is read once and grouped by its enterprise, with its rows filtered by what all its clauses ask for; what stays
-- within 18 digits for a thousand items at the plan's limits is a DECIMAL(18, 2), which DuckDB keeps in 64 bits. A product
-- that may pass 18 digits starts from a wider factor. An unknown fact is NULL, and so is a condition that it leaves open.
-- The statuses are an ENUM, which costs a byte a row and is text in the file.
CREATE TYPE status AS ENUM ('entitled', 'unquantified', 'undecided', 'not-met', 'not-in-force');

WITH listing AS (
  SELECT
    enterprise_id,
    bool_or(venue = 'neeq') AS neeq,
    bool_or(venue = 'neeq' AND coalesce(subsidised, false)) AS neeq_paid,
    bool_or(venue <> 'neeq') AS exchange,
    bool_or(venue <> 'neeq' AND coalesce(subsidised, false)) AS exchange_paid
  FROM listings
  GROUP BY enterprise_id
), room AS (
  SELECT
    enterprise_id,
    round(sum(rent_in_full) FILTER (use = 'office' AND landlord = 'government'), 2)::DECIMAL(28, 2) AS park_exemption,
    round(sum(least(monthly_rent, 30) * rented) FILTER (use = 'office' AND landlord = 'private'), 2)::DECIMAL(18, 2)
      AS park_subsidy,
    round(sum(rent_in_full) FILTER (use = 'maker-space' AND landlord <> 'private'), 2)::DECIMAL(28, 2) AS maker_premises,
    round(sum(least(monthly_rent, 20) * rented) FILTER (use = 'maker-space' AND landlord = 'private'), 2)::DECIMAL(18, 2)
      AS maker_subsidy
  FROM (
    SELECT
      enterprise_id, landlord, use, monthly_rent,
      (area::DECIMAL(19, 4) * months::DECIMAL(4, 0)) AS rented,
      CASE WHEN landlord <> 'private' THEN
        monthly_rent::DECIMAL(12, 4)
        * (area::DECIMAL(19, 4) * least(months, greatest(36 - coalesce(months_used, 0), 0))::DECIMAL(4, 0))
      END AS rent_in_full
    FROM premises
  )
  GROUP BY enterprise_id
), platform AS (
  SELECT
    enterprise_id,
    count(*) FILTER (private_investment > 10000000) * 3000000.00 AS low,
    count(*) * 3000000.00 AS high
  FROM platforms
  WHERE qualified AND private_investment >= 10000000
  GROUP BY enterprise_id
), fund AS (
  SELECT
    enterprise_id,
    round(sum(0.5 * coalesce(local_gain, 0)) FILTER (enough AND in_province_net_gain > 0), 2)::DECIMAL(18, 2) AS reward,
    round(sum(compensation) FILTER (enough AND in_province_net_gain < 0), 2)::DECIMAL(18, 2) AS loss_low,
    round(sum(compensation) FILTER (in_province_net_gain < 0), 2)::DECIMAL(18, 2) AS loss_high
  FROM (
    SELECT
      enterprise_id, local_gain, in_province_net_gain,
      in_province_investment > 0.5 * size AS enough,
      least(-0.3 * in_province_net_gain, 10000000) AS compensation
    FROM funds
    WHERE liquidated
  )
  GROUP BY enterprise_id
), talent AS (
  SELECT enterprise_id, count(*) AS number
  FROM talents
  WHERE internet_experience AND senior_or_core AND brings_project
  GROUP BY enterprise_id
), base AS (
  SELECT enterprise_id, count(*) AS number FROM training_bases WHERE qualified GROUP BY enterprise_id
), toll AS (
  SELECT
    enterprise_id,
    round(sum(CASE card WHEN 'stored-value' THEN 0.05 ELSE 0.02 END * toll), 2)::DECIMAL(18, 2) AS card_base,
    round(0.02 * sum(toll), 2)::DECIMAL(18, 2) AS card_extra
  FROM truck_tolls
  WHERE card <> 'none'
  GROUP BY enterprise_id
), trip AS (
  SELECT
    enterprise_id,
    round(0.45 * sum(vehicle_km), 2)::DECIMAL(18, 2) AS container,
    round(sum(CASE card WHEN 'stored-value' THEN 0.0575 ELSE 0.023 END * vehicle_km) FILTER (card <> 'none'), 2)
      ::DECIMAL(18, 2) AS card_base,
    round(0.023 * sum(vehicle_km) FILTER (card <> 'none'), 2)::DECIMAL(18, 2) AS card_extra
  FROM container_trips
  WHERE lawful
  GROUP BY enterprise_id
), decided AS (
  SELECT
    e.*,
    listing.exchange, room.*, platform.low AS platform_low, platform.high AS platform_high, fund.*,
    talent.number AS talents, base.number AS bases,
    toll.card_base AS toll_base, toll.card_extra AS toll_extra,
    trip.container, trip.card_base AS trip_base, trip.card_extra AS trip_extra,
    coalesce(as_of, current_date) AS day,
    day >= DATE '2015-09-01' AS running,
    running AND day <= DATE '2017-12-31' AS deduction_years,
    running AND day <= DATE '2016-08-31' AS one_year,
    registered_in_jiangxi AND coalesce(neeq, false) AND NOT coalesce(neeq_paid, false) AS neeq_met,
    registered_in_jiangxi AND coalesce(exchange, false) AS topup_met,
    topup_met AND NOT coalesce(exchange_paid, false) AS exchange_met,
    internet_plus AND park_exemption IS NOT NULL AS park_exemption_met,
    internet_plus AND park_subsidy IS NOT NULL AS park_subsidy_met,
    big_data AND headquarters IN ('relocated', 'regional') AS hq_met,
    big_data AND investment >= 10000000 AS big_data_met,
    internet_plus AND qualifying_fixed_assets AS depreciation_met,
    rd_investment > 10000000 AND rd_investment > 0.1 * sales_revenue AS rd_met,
    (rd_investment - 0.1 * sales_revenue)::DECIMAL(19, 3) AS rd_base,
    coalesce(cit_rate, 0.25) AS tax,
    operating_revenue > 40000000 AND previous_peak_revenue <= 40000000 AS over_4000,
    operating_revenue > 100000000 AND previous_peak_revenue <= 100000000 AS over_1yi,
    new_format AND (over_4000 OR over_1yi) AS milestone_met
  FROM enterprises AS e
  LEFT JOIN listing ON listing.enterprise_id = e.id
  LEFT JOIN room ON room.enterprise_id = e.id
  LEFT JOIN platform ON platform.enterprise_id = e.id
  LEFT JOIN fund ON fund.enterprise_id = e.id
  LEFT JOIN talent ON talent.enterprise_id = e.id
  LEFT JOIN base ON base.enterprise_id = e.id
  LEFT JOIN toll ON toll.enterprise_id = e.id
  LEFT JOIN trip ON trip.enterprise_id = e.id
), amounts AS (
  SELECT
    CASE WHEN NOT running THEN 'not-in-force'::status WHEN internet_plus IS NULL THEN 'undecided'::status WHEN internet_plus THEN 'unquantified'::status ELSE 'not-met'::status END AS "guide-fund-support_status",
    NULL::DECIMAL(18, 2) AS "guide-fund-support_low", NULL::DECIMAL(18, 2) AS "guide-fund-support_high",
    NULL::DECIMAL(18, 2) AS "guide-fund-support_base",
    CASE WHEN NOT running THEN 'not-in-force'::status WHEN internet_plus IS NULL THEN 'undecided'::status WHEN internet_plus THEN 'unquantified'::status ELSE 'not-met'::status END AS "guarantee-support_status",
    NULL::DECIMAL(18, 2) AS "guarantee-support_low", NULL::DECIMAL(18, 2) AS "guarantee-support_high",
    NULL::DECIMAL(18, 2) AS "guarantee-support_base",
    CASE WHEN NOT running THEN 'not-in-force'::status WHEN major_project_loan IS NULL THEN 'undecided'::status WHEN major_project_loan THEN 'unquantified'::status ELSE 'not-met'::status END AS "loan-interest-support_status",
    NULL::DECIMAL(18, 2) AS "loan-interest-support_low", NULL::DECIMAL(18, 2) AS "loan-interest-support_high",
    NULL::DECIMAL(18, 2) AS "loan-interest-support_base",
    CASE WHEN NOT running THEN 'not-in-force'::status WHEN neeq_met IS NULL THEN 'undecided'::status WHEN neeq_met THEN 'entitled'::status ELSE 'not-met'::status END AS "neeq-listing_status",
    CASE WHEN running AND neeq_met THEN 500000.00::DECIMAL(18, 2) END AS "neeq-listing_low",
    CASE WHEN running AND neeq_met THEN 500000.00::DECIMAL(18, 2) END AS "neeq-listing_high",
    NULL::DECIMAL(18, 2) AS "neeq-listing_base",
    CASE WHEN NOT running THEN 'not-in-force'::status WHEN exchange_met IS NULL THEN 'undecided'::status WHEN exchange_met THEN 'entitled'::status ELSE 'not-met'::status END AS "exchange-listing_status",
    CASE WHEN running AND exchange_met THEN 5000000.00::DECIMAL(18, 2) END AS "exchange-listing_low",
    CASE WHEN running AND exchange_met THEN 5000000.00::DECIMAL(18, 2) END AS "exchange-listing_high",
    NULL::DECIMAL(18, 2) AS "exchange-listing_base",
    CASE WHEN NOT running THEN 'not-in-force'::status WHEN topup_met IS NULL THEN 'undecided'::status WHEN topup_met THEN 'unquantified'::status ELSE 'not-met'::status END AS "local-listing-topup_status",
    NULL::DECIMAL(18, 2) AS "local-listing-topup_low", NULL::DECIMAL(18, 2) AS "local-listing-topup_high",
    NULL::DECIMAL(18, 2) AS "local-listing-topup_base",
    CASE WHEN NOT running THEN 'not-in-force'::status WHEN telecom_operator IS NULL THEN 'undecided'::status WHEN telecom_operator THEN 'unquantified'::status ELSE 'not-met'::status END AS "telecom-universal-service_status",
    NULL::DECIMAL(18, 2) AS "telecom-universal-service_low", NULL::DECIMAL(18, 2) AS "telecom-universal-service_high",
    NULL::DECIMAL(18, 2) AS "telecom-universal-service_base",
    CASE WHEN NOT running THEN 'not-in-force'::status WHEN park_exemption_met IS NULL THEN 'undecided'::status WHEN park_exemption_met THEN 'entitled'::status ELSE 'not-met'::status END AS "park-rent-exemption_status",
    CASE WHEN running AND park_exemption_met THEN 0.00::DECIMAL(18, 2) END AS "park-rent-exemption_low",
    CASE WHEN running AND park_exemption_met THEN park_exemption END AS "park-rent-exemption_high",
    NULL::DECIMAL(18, 2) AS "park-rent-exemption_base",
    CASE WHEN NOT running THEN 'not-in-force'::status WHEN park_subsidy_met IS NULL THEN 'undecided'::status WHEN park_subsidy_met THEN 'entitled'::status ELSE 'not-met'::status END AS "park-rent-subsidy_status",
    CASE WHEN running AND park_subsidy_met THEN 0.00::DECIMAL(18, 2) END AS "park-rent-subsidy_low",
    CASE WHEN running AND park_subsidy_met THEN park_subsidy END AS "park-rent-subsidy_high",
    NULL::DECIMAL(18, 2) AS "park-rent-subsidy_base",
    CASE WHEN NOT running THEN 'not-in-force'::status WHEN platform_high IS NOT NULL THEN 'entitled'::status ELSE 'not-met'::status END AS "platform-grant_status",
    CASE WHEN running THEN platform_low::DECIMAL(18, 2) END AS "platform-grant_low",
    CASE WHEN running THEN platform_high::DECIMAL(18, 2) END AS "platform-grant_high",
    NULL::DECIMAL(18, 2) AS "platform-grant_base",
    CASE WHEN NOT running THEN 'not-in-force'::status WHEN selected_logistics IS NULL THEN 'undecided'::status WHEN selected_logistics THEN 'unquantified'::status ELSE 'not-met'::status END AS "logistics-support_status",
    NULL::DECIMAL(18, 2) AS "logistics-support_low", NULL::DECIMAL(18, 2) AS "logistics-support_high",
    NULL::DECIMAL(18, 2) AS "logistics-support_base",
    CASE WHEN NOT running THEN 'not-in-force'::status WHEN new_cargo_route IS NULL THEN 'undecided'::status WHEN new_cargo_route THEN 'unquantified'::status ELSE 'not-met'::status END AS "air-route-subsidy_status",
    NULL::DECIMAL(18, 2) AS "air-route-subsidy_low", NULL::DECIMAL(18, 2) AS "air-route-subsidy_high",
    NULL::DECIMAL(18, 2) AS "air-route-subsidy_base",
    CASE WHEN NOT running THEN 'not-in-force'::status WHEN hq_met IS NULL THEN 'undecided'::status WHEN hq_met THEN 'entitled'::status ELSE 'not-met'::status END AS "hq-settlement_status",
    CASE WHEN running AND hq_met THEN 0.00::DECIMAL(18, 2) END AS "hq-settlement_low",
    CASE WHEN running AND hq_met THEN 5000000.00::DECIMAL(18, 2) END AS "hq-settlement_high",
    NULL::DECIMAL(18, 2) AS "hq-settlement_base",
    CASE WHEN NOT running THEN 'not-in-force'::status WHEN big_data_met IS NULL THEN 'undecided'::status WHEN big_data_met THEN 'unquantified'::status ELSE 'not-met'::status END AS "big-data-investment_status",
    NULL::DECIMAL(18, 2) AS "big-data-investment_low", NULL::DECIMAL(18, 2) AS "big-data-investment_high",
    NULL::DECIMAL(18, 2) AS "big-data-investment_base",
    CASE WHEN NOT deduction_years THEN 'not-in-force'::status WHEN (rd_expensed > 0) IS NULL THEN 'undecided'::status WHEN rd_expensed > 0 THEN 'entitled'::status ELSE 'not-met'::status END AS "rd-super-deduction_status",
    CASE WHEN deduction_years AND rd_expensed > 0 THEN round((0.5 * rd_expensed)::DECIMAL(19, 3) * tax, 2)::DECIMAL(18, 2) END AS "rd-super-deduction_low",
    "rd-super-deduction_low" AS "rd-super-deduction_high",
    CASE WHEN deduction_years AND rd_expensed > 0 THEN round(0.5 * rd_expensed, 2)::DECIMAL(18, 2) END AS "rd-super-deduction_base",
    CASE WHEN NOT deduction_years THEN 'not-in-force'::status WHEN (rd_amortisation > 0) IS NULL THEN 'undecided'::status WHEN rd_amortisation > 0 THEN 'entitled'::status ELSE 'not-met'::status END AS "rd-amortisation_status",
    CASE WHEN deduction_years AND rd_amortisation > 0 THEN round((0.5 * rd_amortisation)::DECIMAL(19, 3) * tax, 2)::DECIMAL(18, 2) END AS "rd-amortisation_low",
    "rd-amortisation_low" AS "rd-amortisation_high",
    CASE WHEN deduction_years AND rd_amortisation > 0 THEN round(0.5 * rd_amortisation, 2)::DECIMAL(18, 2) END AS "rd-amortisation_base",
    CASE WHEN NOT running THEN 'not-in-force'::status WHEN rd_met IS NULL THEN 'undecided'::status WHEN rd_met AND rd_post_subsidy_rate IS NULL THEN 'unquantified'::status WHEN rd_met THEN 'entitled'::status ELSE 'not-met'::status END AS "rd-post-subsidy_status",
    CASE WHEN running AND rd_met THEN round(rd_base * rd_post_subsidy_rate, 2)::DECIMAL(18, 2) END AS "rd-post-subsidy_low",
    "rd-post-subsidy_low" AS "rd-post-subsidy_high",
    CASE WHEN running AND rd_met THEN round(rd_base, 2)::DECIMAL(18, 2) END AS "rd-post-subsidy_base",
    CASE WHEN NOT running THEN 'not-in-force'::status WHEN depreciation_met IS NULL THEN 'undecided'::status WHEN depreciation_met THEN 'unquantified'::status ELSE 'not-met'::status END AS "accelerated-depreciation_status",
    NULL::DECIMAL(18, 2) AS "accelerated-depreciation_low", NULL::DECIMAL(18, 2) AS "accelerated-depreciation_high",
    NULL::DECIMAL(18, 2) AS "accelerated-depreciation_base",
    CASE WHEN NOT running THEN 'not-in-force'::status WHEN milestone_met IS NULL THEN 'undecided'::status WHEN milestone_met THEN 'entitled'::status ELSE 'not-met'::status END AS "revenue-milestone_status",
    CASE WHEN running AND milestone_met THEN if(over_1yi, 1000000.00, 500000.00)::DECIMAL(18, 2) END AS "revenue-milestone_low",
    CASE WHEN running AND milestone_met THEN (if(over_1yi, 1000000.00, 0.00) + if(over_4000, 500000.00, 0.00))::DECIMAL(18, 2) END AS "revenue-milestone_high",
    NULL::DECIMAL(18, 2) AS "revenue-milestone_base",
    CASE WHEN NOT running THEN 'not-in-force'::status WHEN new_format IS NULL THEN 'undecided'::status WHEN new_format THEN 'unquantified'::status ELSE 'not-met'::status END AS "new-format-venture-support_status",
    NULL::DECIMAL(18, 2) AS "new-format-venture-support_low", NULL::DECIMAL(18, 2) AS "new-format-venture-support_high",
    NULL::DECIMAL(18, 2) AS "new-format-venture-support_base",
    CASE WHEN NOT running THEN 'not-in-force'::status WHEN maker_premises IS NOT NULL THEN 'entitled'::status ELSE 'not-met'::status END AS "maker-space-premises_status",
    CASE WHEN running THEN maker_premises END AS "maker-space-premises_low", "maker-space-premises_low" AS "maker-space-premises_high",
    NULL::DECIMAL(18, 2) AS "maker-space-premises_base",
    CASE WHEN NOT running THEN 'not-in-force'::status WHEN maker_subsidy IS NOT NULL THEN 'entitled'::status ELSE 'not-met'::status END AS "maker-space-rent-subsidy_status",
    CASE WHEN running AND maker_subsidy IS NOT NULL THEN 0.00::DECIMAL(18, 2) END AS "maker-space-rent-subsidy_low",
    CASE WHEN running THEN maker_subsidy END AS "maker-space-rent-subsidy_high",
    NULL::DECIMAL(18, 2) AS "maker-space-rent-subsidy_base",
    CASE WHEN NOT running THEN 'not-in-force'::status WHEN student_venture IS NULL THEN 'undecided'::status WHEN student_venture THEN 'unquantified'::status ELSE 'not-met'::status END AS "student-venture_status",
    NULL::DECIMAL(18, 2) AS "student-venture_low", NULL::DECIMAL(18, 2) AS "student-venture_high",
    NULL::DECIMAL(18, 2) AS "student-venture_base",
    CASE WHEN NOT running THEN 'not-in-force'::status WHEN reward IS NOT NULL THEN 'entitled'::status ELSE 'not-met'::status END AS "fund-gain-reward_status",
    CASE WHEN running THEN reward END AS "fund-gain-reward_low",
    "fund-gain-reward_low" AS "fund-gain-reward_high",
    NULL::DECIMAL(18, 2) AS "fund-gain-reward_base",
    CASE WHEN NOT running THEN 'not-in-force'::status WHEN loss_high IS NOT NULL THEN 'entitled'::status ELSE 'not-met'::status END AS "fund-loss-compensation_status",
    CASE WHEN running AND loss_high IS NOT NULL THEN coalesce(loss_low, 0.00)::DECIMAL(18, 2) END AS "fund-loss-compensation_low",
    CASE WHEN running THEN loss_high END AS "fund-loss-compensation_high",
    NULL::DECIMAL(18, 2) AS "fund-loss-compensation_base",
    CASE WHEN NOT running THEN 'not-in-force'::status WHEN talents IS NOT NULL THEN 'entitled'::status ELSE 'not-met'::status END AS "talent-startup_status",
    CASE WHEN running THEN (300000.00 * talents)::DECIMAL(18, 2) END AS "talent-startup_low",
    CASE WHEN running THEN (1000000.00 * talents)::DECIMAL(18, 2) END AS "talent-startup_high",
    NULL::DECIMAL(18, 2) AS "talent-startup_base",
    CASE WHEN NOT running THEN 'not-in-force'::status WHEN bases IS NOT NULL THEN 'entitled'::status ELSE 'not-met'::status END AS "training-base-award_status",
    CASE WHEN running THEN (500000.00 * bases)::DECIMAL(18, 2) END AS "training-base-award_low",
    CASE WHEN running THEN (1000000.00 * bases)::DECIMAL(18, 2) END AS "training-base-award_high",
    NULL::DECIMAL(18, 2) AS "training-base-award_base",
    CASE WHEN NOT running THEN 'not-in-force'::status WHEN (trainees > 0) IS NULL THEN 'undecided'::status WHEN trainees > 0 THEN 'unquantified'::status ELSE 'not-met'::status END AS "training-subsidy_status",
    NULL::DECIMAL(18, 2) AS "training-subsidy_low", NULL::DECIMAL(18, 2) AS "training-subsidy_high",
    NULL::DECIMAL(18, 2) AS "training-subsidy_base",
    CASE WHEN NOT running THEN 'not-in-force'::status WHEN internet_plus IS NULL THEN 'undecided'::status WHEN internet_plus THEN 'unquantified'::status ELSE 'not-met'::status END AS "energy-price-cut_status",
    NULL::DECIMAL(18, 2) AS "energy-price-cut_low", NULL::DECIMAL(18, 2) AS "energy-price-cut_high",
    NULL::DECIMAL(18, 2) AS "energy-price-cut_base",
    CASE WHEN NOT running THEN 'not-in-force'::status WHEN toll_base IS NOT NULL THEN 'entitled'::status ELSE 'not-met'::status END AS "toll-card-base_status",
    CASE WHEN running THEN toll_base END AS "toll-card-base_low",
    "toll-card-base_low" AS "toll-card-base_high",
    NULL::DECIMAL(18, 2) AS "toll-card-base_base",
    CASE WHEN NOT one_year THEN 'not-in-force'::status WHEN toll_extra IS NOT NULL THEN 'entitled'::status ELSE 'not-met'::status END AS "toll-card-extra_status",
    CASE WHEN one_year THEN toll_extra END AS "toll-card-extra_low",
    "toll-card-extra_low" AS "toll-card-extra_high",
    NULL::DECIMAL(18, 2) AS "toll-card-extra_base",
    CASE WHEN NOT running THEN 'not-in-force'::status WHEN container IS NOT NULL THEN 'entitled'::status ELSE 'not-met'::status END AS "container-toll_status",
    CASE WHEN running THEN container END AS "container-toll_low",
    "container-toll_low" AS "container-toll_high",
    NULL::DECIMAL(18, 2) AS "container-toll_base",
    CASE WHEN NOT running THEN 'not-in-force'::status WHEN trip_base IS NOT NULL THEN 'entitled'::status ELSE 'not-met'::status END AS "container-card-base_status",
    CASE WHEN running AND trip_base IS NOT NULL THEN 0.00::DECIMAL(18, 2) END AS "container-card-base_low",
    CASE WHEN running THEN trip_base END AS "container-card-base_high",
    NULL::DECIMAL(18, 2) AS "container-card-base_base",
    CASE WHEN NOT one_year THEN 'not-in-force'::status WHEN trip_extra IS NOT NULL THEN 'entitled'::status ELSE 'not-met'::status END AS "container-card-extra_status",
    CASE WHEN one_year AND trip_extra IS NOT NULL THEN 0.00::DECIMAL(18, 2) END AS "container-card-extra_low",
    CASE WHEN one_year THEN trip_extra END AS "container-card-extra_high",
    NULL::DECIMAL(18, 2) AS "container-card-extra_base",
    id
  FROM decided
)
SELECT
  id AS enterprise,
  coalesce("neeq-listing_low", 0.00) + coalesce("exchange-listing_low", 0.00)
  + coalesce("park-rent-exemption_low", 0.00) + coalesce("park-rent-subsidy_low", 0.00)
  + coalesce("platform-grant_low", 0.00) + coalesce("hq-settlement_low", 0.00)
  + coalesce("rd-super-deduction_low", 0.00) + coalesce("rd-amortisation_low", 0.00)
  + coalesce("rd-post-subsidy_low", 0.00) + coalesce("revenue-milestone_low", 0.00)
  + coalesce("maker-space-rent-subsidy_low", 0.00) + coalesce("fund-gain-reward_low", 0.00)
  + coalesce("fund-loss-compensation_low", 0.00) + coalesce("talent-startup_low", 0.00)
  + coalesce("training-base-award_low", 0.00) + coalesce("toll-card-base_low", 0.00)
  + coalesce("toll-card-extra_low", 0.00) + coalesce("container-toll_low", 0.00)
  + coalesce("container-card-base_low", 0.00) + coalesce("container-card-extra_low", 0.00)
  + coalesce("maker-space-premises_low", 0.00)
    AS total_low,
  coalesce("neeq-listing_high", 0.00) + coalesce("exchange-listing_high", 0.00)
  + coalesce("park-rent-subsidy_high", 0.00) + coalesce("platform-grant_high", 0.00)
  + coalesce("hq-settlement_high", 0.00) + coalesce("rd-super-deduction_high", 0.00)
  + coalesce("rd-amortisation_high", 0.00) + coalesce("rd-post-subsidy_high", 0.00)
  + coalesce("revenue-milestone_high", 0.00) + coalesce("maker-space-rent-subsidy_high", 0.00)
  + coalesce("fund-gain-reward_high", 0.00) + coalesce("fund-loss-compensation_high", 0.00)
  + coalesce("talent-startup_high", 0.00) + coalesce("training-base-award_high", 0.00)
  + coalesce("toll-card-base_high", 0.00) + coalesce("toll-card-extra_high", 0.00)
  + coalesce("container-toll_high", 0.00) + coalesce("container-card-base_high", 0.00)
  + coalesce("container-card-extra_high", 0.00) + coalesce("park-rent-exemption_high", 0.00)
  + coalesce("maker-space-premises_high", 0.00)
    AS total_high,
  * EXCLUDE (id)
FROM amounts
