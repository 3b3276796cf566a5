entry.birth_year BETWEEN %(born_from)s::smallint AND %(born_to)s::smallint
               AND entry.height_cm BETWEEN %(height_from)s::smallint AND %(height_to)s::smallint
               AND entry.education >= %(education_from)s::smallint AND entry.income_band >= %(income_from)s::smallint
               AND entry.marital BETWEEN %(marital_from)s::smallint AND %(marital_to)s::smallint
               AND entry.district BETWEEN %(district_from)s::text AND %(district_to)s::text
