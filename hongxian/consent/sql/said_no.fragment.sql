EXISTS (SELECT FROM no WHERE no.number_hash = ANY (member.number_hashes))
