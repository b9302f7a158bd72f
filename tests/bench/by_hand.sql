-- The plan as an expert of DuckDB would write it by hand: the wide table, a row for each enterprise. It is the yardstick of
-- the compiled query, and gives the same cells. It reads the tables as make_tables.py types them.
--
-- Each list is read once and grouped by its enterprise, with its rows filtered by what all its clauses ask for; what stays
-- within 18 digits for a thousand items at the plan's limits is a DECIMAL(18, 2), which DuckDB keeps in 64 bits. A product
-- that may pass 18 digits starts from a wider factor. An unknown fact is NULL, and so is a condition that it leaves open.
-- The statuses are an ENUM, which costs a byte a row and is text in the file; the macros only save writing.
CREATE TYPE status AS ENUM ('entitled', 'unquantified', 'undecided', 'not-met', 'not-in-force');

CREATE MACRO said(running, met, paid) AS
  CASE
    WHEN NOT running THEN 'not-in-force'::status
    WHEN met IS NULL THEN 'undecided'::status
    WHEN met THEN paid::status
    ELSE 'not-met'::status
  END;

CREATE MACRO said_of_items(running, met) AS
  CASE WHEN NOT running THEN 'not-in-force'::status WHEN met THEN 'entitled'::status ELSE 'not-met'::status END;

CREATE MACRO unpaid() AS NULL::DECIMAL(18, 2);

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
    said(running, internet_plus, 'unquantified') AS "guide-fund-support_status",
    unpaid() AS "guide-fund-support_low", unpaid() AS "guide-fund-support_high", unpaid() AS "guide-fund-support_base",
    said(running, internet_plus, 'unquantified') AS "guarantee-support_status",
    unpaid() AS "guarantee-support_low", unpaid() AS "guarantee-support_high", unpaid() AS "guarantee-support_base",
    said(running, major_project_loan, 'unquantified') AS "loan-interest-support_status",
    unpaid() AS "loan-interest-support_low", unpaid() AS "loan-interest-support_high",
    unpaid() AS "loan-interest-support_base",
    said(running, neeq_met, 'entitled') AS "neeq-listing_status",
    CASE WHEN running AND neeq_met THEN 500000.00::DECIMAL(18, 2) END AS "neeq-listing_low",
    "neeq-listing_low" AS "neeq-listing_high",
    unpaid() AS "neeq-listing_base",
    said(running, exchange_met, 'entitled') AS "exchange-listing_status",
    CASE WHEN running AND exchange_met THEN 5000000.00::DECIMAL(18, 2) END AS "exchange-listing_low",
    "exchange-listing_low" AS "exchange-listing_high",
    unpaid() AS "exchange-listing_base",
    said(running, topup_met, 'unquantified') AS "local-listing-topup_status",
    unpaid() AS "local-listing-topup_low", unpaid() AS "local-listing-topup_high", unpaid() AS "local-listing-topup_base",
    said(running, telecom_operator, 'unquantified') AS "telecom-universal-service_status",
    unpaid() AS "telecom-universal-service_low", unpaid() AS "telecom-universal-service_high",
    unpaid() AS "telecom-universal-service_base",
    said(running, park_exemption_met, 'entitled') AS "park-rent-exemption_status",
    CASE WHEN running AND park_exemption_met THEN 0.00::DECIMAL(18, 2) END AS "park-rent-exemption_low",
    CASE WHEN running AND park_exemption_met THEN park_exemption END AS "park-rent-exemption_high",
    unpaid() AS "park-rent-exemption_base",
    said(running, park_subsidy_met, 'entitled') AS "park-rent-subsidy_status",
    CASE WHEN running AND park_subsidy_met THEN 0.00::DECIMAL(18, 2) END AS "park-rent-subsidy_low",
    CASE WHEN running AND park_subsidy_met THEN park_subsidy END AS "park-rent-subsidy_high",
    unpaid() AS "park-rent-subsidy_base",
    said_of_items(running, platform_high IS NOT NULL) AS "platform-grant_status",
    CASE WHEN running THEN platform_low::DECIMAL(18, 2) END AS "platform-grant_low",
    CASE WHEN running THEN platform_high::DECIMAL(18, 2) END AS "platform-grant_high", unpaid() AS "platform-grant_base",
    said(running, selected_logistics, 'unquantified') AS "logistics-support_status",
    unpaid() AS "logistics-support_low", unpaid() AS "logistics-support_high", unpaid() AS "logistics-support_base",
    said(running, new_cargo_route, 'unquantified') AS "air-route-subsidy_status",
    unpaid() AS "air-route-subsidy_low", unpaid() AS "air-route-subsidy_high", unpaid() AS "air-route-subsidy_base",
    said(running, hq_met, 'entitled') AS "hq-settlement_status",
    CASE WHEN running AND hq_met THEN 0.00::DECIMAL(18, 2) END AS "hq-settlement_low",
    CASE WHEN running AND hq_met THEN 5000000.00::DECIMAL(18, 2) END AS "hq-settlement_high",
    unpaid() AS "hq-settlement_base",
    said(running, big_data_met, 'unquantified') AS "big-data-investment_status",
    unpaid() AS "big-data-investment_low", unpaid() AS "big-data-investment_high", unpaid() AS "big-data-investment_base",
    said(deduction_years, rd_expensed > 0, 'entitled') AS "rd-super-deduction_status",
    CASE WHEN deduction_years AND rd_expensed > 0 THEN round((0.5 * rd_expensed)::DECIMAL(19, 3) * tax, 2)::DECIMAL(18, 2) END
      AS "rd-super-deduction_low",
    "rd-super-deduction_low" AS "rd-super-deduction_high",
    CASE WHEN deduction_years AND rd_expensed > 0 THEN round(0.5 * rd_expensed, 2)::DECIMAL(18, 2) END
      AS "rd-super-deduction_base",
    said(deduction_years, rd_amortisation > 0, 'entitled') AS "rd-amortisation_status",
    CASE WHEN deduction_years AND rd_amortisation > 0 THEN round((0.5 * rd_amortisation)::DECIMAL(19, 3) * tax, 2)::DECIMAL(18, 2) END
      AS "rd-amortisation_low",
    "rd-amortisation_low" AS "rd-amortisation_high",
    CASE WHEN deduction_years AND rd_amortisation > 0 THEN round(0.5 * rd_amortisation, 2)::DECIMAL(18, 2) END
      AS "rd-amortisation_base",
    said(running, rd_met, if(rd_post_subsidy_rate IS NULL, 'unquantified'::status, 'entitled'::status))
      AS "rd-post-subsidy_status",
    CASE WHEN running AND rd_met THEN round(rd_base * rd_post_subsidy_rate, 2)::DECIMAL(18, 2) END
      AS "rd-post-subsidy_low",
    "rd-post-subsidy_low" AS "rd-post-subsidy_high",
    CASE WHEN running AND rd_met THEN round(rd_base, 2)::DECIMAL(18, 2) END AS "rd-post-subsidy_base",
    said(running, depreciation_met, 'unquantified') AS "accelerated-depreciation_status",
    unpaid() AS "accelerated-depreciation_low", unpaid() AS "accelerated-depreciation_high",
    unpaid() AS "accelerated-depreciation_base",
    said(running, milestone_met, 'entitled') AS "revenue-milestone_status",
    CASE WHEN running AND milestone_met THEN if(over_1yi, 1000000.00, 500000.00)::DECIMAL(18, 2) END
      AS "revenue-milestone_low",
    CASE WHEN running AND milestone_met THEN (if(over_1yi, 1000000.00, 0.00) + if(over_4000, 500000.00, 0.00))::DECIMAL(18, 2) END
      AS "revenue-milestone_high",
    unpaid() AS "revenue-milestone_base",
    said(running, new_format, 'unquantified') AS "new-format-venture-support_status",
    unpaid() AS "new-format-venture-support_low", unpaid() AS "new-format-venture-support_high",
    unpaid() AS "new-format-venture-support_base",
    said_of_items(running, maker_premises IS NOT NULL) AS "maker-space-premises_status",
    CASE WHEN running THEN maker_premises END AS "maker-space-premises_low",
    "maker-space-premises_low" AS "maker-space-premises_high",
    unpaid() AS "maker-space-premises_base",
    said_of_items(running, maker_subsidy IS NOT NULL) AS "maker-space-rent-subsidy_status",
    CASE WHEN running AND maker_subsidy IS NOT NULL THEN 0.00::DECIMAL(18, 2) END AS "maker-space-rent-subsidy_low",
    CASE WHEN running THEN maker_subsidy END AS "maker-space-rent-subsidy_high",
    unpaid() AS "maker-space-rent-subsidy_base",
    said(running, student_venture, 'unquantified') AS "student-venture_status",
    unpaid() AS "student-venture_low", unpaid() AS "student-venture_high", unpaid() AS "student-venture_base",
    said_of_items(running, reward IS NOT NULL) AS "fund-gain-reward_status",
    CASE WHEN running THEN reward END AS "fund-gain-reward_low",
    "fund-gain-reward_low" AS "fund-gain-reward_high", unpaid() AS "fund-gain-reward_base",
    said_of_items(running, loss_high IS NOT NULL) AS "fund-loss-compensation_status",
    CASE WHEN running AND loss_high IS NOT NULL THEN coalesce(loss_low, 0.00)::DECIMAL(18, 2) END
      AS "fund-loss-compensation_low",
    CASE WHEN running THEN loss_high END AS "fund-loss-compensation_high", unpaid() AS "fund-loss-compensation_base",
    said_of_items(running, talents IS NOT NULL) AS "talent-startup_status",
    CASE WHEN running THEN (300000.00 * talents)::DECIMAL(18, 2) END AS "talent-startup_low",
    CASE WHEN running THEN (1000000.00 * talents)::DECIMAL(18, 2) END AS "talent-startup_high",
    unpaid() AS "talent-startup_base",
    said_of_items(running, bases IS NOT NULL) AS "training-base-award_status",
    CASE WHEN running THEN (500000.00 * bases)::DECIMAL(18, 2) END AS "training-base-award_low",
    CASE WHEN running THEN (1000000.00 * bases)::DECIMAL(18, 2) END AS "training-base-award_high",
    unpaid() AS "training-base-award_base",
    said(running, trainees > 0, 'unquantified') AS "training-subsidy_status",
    unpaid() AS "training-subsidy_low", unpaid() AS "training-subsidy_high", unpaid() AS "training-subsidy_base",
    said(running, internet_plus, 'unquantified') AS "energy-price-cut_status",
    unpaid() AS "energy-price-cut_low", unpaid() AS "energy-price-cut_high", unpaid() AS "energy-price-cut_base",
    said_of_items(running, toll_base IS NOT NULL) AS "toll-card-base_status",
    CASE WHEN running THEN toll_base END AS "toll-card-base_low",
    "toll-card-base_low" AS "toll-card-base_high", unpaid() AS "toll-card-base_base",
    said_of_items(one_year, toll_extra IS NOT NULL) AS "toll-card-extra_status",
    CASE WHEN one_year THEN toll_extra END AS "toll-card-extra_low",
    "toll-card-extra_low" AS "toll-card-extra_high", unpaid() AS "toll-card-extra_base",
    said_of_items(running, container IS NOT NULL) AS "container-toll_status",
    CASE WHEN running THEN container END AS "container-toll_low",
    "container-toll_low" AS "container-toll_high", unpaid() AS "container-toll_base",
    said_of_items(running, trip_base IS NOT NULL) AS "container-card-base_status",
    CASE WHEN running AND trip_base IS NOT NULL THEN 0.00::DECIMAL(18, 2) END AS "container-card-base_low",
    CASE WHEN running THEN trip_base END AS "container-card-base_high", unpaid() AS "container-card-base_base",
    said_of_items(one_year, trip_extra IS NOT NULL) AS "container-card-extra_status",
    CASE WHEN one_year AND trip_extra IS NOT NULL THEN 0.00::DECIMAL(18, 2) END AS "container-card-extra_low",
    CASE WHEN one_year THEN trip_extra END AS "container-card-extra_high", unpaid() AS "container-card-extra_base",
    id, name
  FROM decided
)
SELECT
  id AS enterprise,
  name,
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
  * EXCLUDE (id, name),
  '赣府发〔2015〕43号' AS policy
FROM amounts
